import { expect, it } from "vitest";
import { parseMadeFiles } from "../../../../client/src/files/madeFiles.ts";

it("reads which files were made, and which were in the way", () => {
  const json = JSON.stringify({
    files: [{ file: "/a.part-01.jsonl", requests: 3 }, { other: 1 }],
    existing: ["/b", 7],
  });
  expect(parseMadeFiles(json)).toEqual({ files: ["/a.part-01.jsonl"], existing: ["/b"] });
  expect(parseMadeFiles("words")).toEqual({ files: [], existing: [] });
});
