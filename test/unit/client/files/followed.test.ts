import { expect, it } from "vitest";
import { followed, hasPlace, isFollowed } from "../../../../client/src/files/followed.ts";

it("follows JSON Lines that are files or become some, and nothing else", () => {
  const of = (scheme: string, languageId = "jsonl") => isFollowed({ languageId, uri: { scheme } });
  expect([of("file"), of("untitled")]).toEqual([true, true]);
  expect(["git", "vscode-vfs", "output", "vllm-batch"].map((scheme) => of(scheme))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect(of("file", "json")).toBe(false);
});

it("asks VS Code for just these", () => {
  expect(followed).toEqual([
    { scheme: "file", language: "jsonl" },
    { scheme: "untitled", language: "jsonl" },
  ]);
  expect(followed.every(hasPlace)).toBe(true);
});
