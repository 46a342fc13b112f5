import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TextEdit } from "vscode-languageserver";
import { BatchDocument } from "../../../../server/src/language/document/batchDocument.ts";
import { fixEdits, smallestEdit } from "../../../../server/src/language/features/textEdits.ts";
import { fixText } from "../../../support/batch/inMemory.ts";

function applied(lines: readonly string[], edits: readonly TextEdit[]): string {
  const text = lines.join("\n");
  const offset = ({ line, character }: TextEdit["range"]["start"]) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
      text,
    );
}

const ollama = (id: string) =>
  `{"custom_id": "${id}", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "llama3.1:8b", "messages": [{"role": "user", "content": "Hi"}],}}`;

describe("smallestEdit", () => {
  test("makes one text of another, and touches no more than what differs", () => {
    const line = fc.string({ unit: fc.constantFrom("a", "b", "😀", "é", " ") });
    const texts = fc.array(line, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, (old, fresh) => {
        const edit = smallestEdit({ lines: old, lineEnd: "\n" }, { first: 0, last: old.length - 1, texts: fresh });
        expect(applied(old, [edit])).toBe(fresh.join("\n"));
        expect(edit.newText.isWellFormed()).toBe(true);
      }),
    );
  });

  test("is small", () => {
    const lines = ["above", '{"model": "llama3.1:8b"}'];
    const edit = smallestEdit(
      { lines, lineEnd: "\n" },
      { first: 1, last: 1, texts: ['{"model": "meta/llama-3.1-8b"}'] },
    );
    expect(edit).toEqual({
      range: { start: { line: 1, character: 11 }, end: { line: 1, character: 20 } },
      newText: "meta/llama-3.1-",
    });
  });

  test("uses the document's line ends", () => {
    const edit = smallestEdit({ lines: ["a b"], lineEnd: "\r\n" }, { first: 0, last: 0, texts: ["a", "b"] });
    expect(edit.newText).toBe("\r\n");
  });
});

describe("fixEdits", () => {
  const settings = { target: "vllm", userModels: {}, ignored: new Set<string>() } as const;

  test.each([
    ["names and commas", [ollama("a"), "", ollama("b"), ""]],
    [
      "an object over several lines",
      [...ollama("a").split(", "), ollama("b")]
        .map((part, i) => (i === 0 ? part : part))
        .join(",\n")
        .split("\n"),
    ],
    ["several requests on one line", [`${ollama("a")}${ollama("b")}`, ollama("c")]],
    ["an array", ["[", `${ollama("a")},`, ollama("b"), "]", ""]],
    ["an array on one line", [`[${ollama("a")}, ${ollama("b")}]`]],
  ])("mends %s as the CLI does", (_, lines) => {
    const document = new BatchDocument(lines.join("\n"), settings);
    document.readOn(() => true);
    const edits = fixEdits(document, { suggested: false });
    expect(edits.length).toBeGreaterThan(0);
    expect(applied(lines, edits)).toBe(fixText(lines.join("\n")));
  });

  test("leaves alone what is ignored", () => {
    const lines = [ollama("a")];
    const document = new BatchDocument(lines.join("\n"), { ...settings, ignored: new Set(["model.ollama"]) });
    document.readOn(() => true);
    expect(applied(lines, fixEdits(document, { suggested: false }))).toBe(ollama("a").replace(",}}", "}}"));
  });

  test("can mend one kind of problem alone", () => {
    const lines = [ollama("a"), ollama("b").replace(",}}", "}}")];
    const document = new BatchDocument(lines.join("\n"), settings);
    document.readOn(() => true);
    const edits = fixEdits(document, { suggested: false, only: "json.trailingComma" });
    expect(applied(lines, edits)).toBe([ollama("a").replace(",}}", "}}"), lines[1]].join("\n"));
  });
});
