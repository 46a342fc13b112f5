import { expect, test } from "vitest";
import { InsertTextFormat, SymbolKind } from "vscode-languageserver";
import { flatSymbols, unversioned, withoutSnippet } from "../../../server/src/language/plainAnswers.ts";

const uri = "file:///work/batch.jsonl";
const range = { start: { line: 0, character: 1 }, end: { line: 0, character: 3 } };

test("an edit without versions has the same changes", () => {
  const edits = [{ range, newText: "x" }];
  expect(unversioned({ documentChanges: [{ textDocument: { uri, version: 7 }, edits }] })).toEqual({
    changes: { [uri]: edits },
  });
});

test.each([
  ['"url": "$1"', '"url": ""'],
  ['{"custom_id": "${1:request-2}", "n": $2}', '{"custom_id": "request-2", "n": }'],
  ['"${2:a\\$b\\}c\\\\d}"', '"a$b}c\\d"'],
  ["\\$1", "$1"],
])("of the snippet %j stays %j", (newText, plain) => {
  const item = { label: "x", insertTextFormat: InsertTextFormat.Snippet, textEdit: { range, newText } };
  expect(withoutSnippet(item)).toEqual({ label: "x", textEdit: { range, newText: plain } });
});

test("a completion that is no snippet stays as it is", () => {
  const item = { label: "x", textEdit: { range, newText: '"$1"' } };
  expect(withoutSnippet(item)).toEqual(item);
});

test("symbols in a flat list have a place", () => {
  const symbol = { name: "a", kind: SymbolKind.Object, range, selectionRange: range };
  expect(flatSymbols([symbol], uri)).toEqual([{ name: "a", kind: SymbolKind.Object, location: { uri, range } }]);
});
