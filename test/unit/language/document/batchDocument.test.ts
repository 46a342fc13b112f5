import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BatchDocument, type CheckSettings } from "../../../../server/src/language/document/batchDocument.ts";
import type { Position } from "../../../../server/src/language/document/lines.ts";
import { ShownProblems } from "../../../../server/src/language/document/shownProblems.ts";
import type { Problem } from "../../../../server/src/protocol/problem.ts";
import { check } from "../../../support/batch/inMemory.ts";

const settings: CheckSettings = { target: "vllm", userModels: {}, ignored: new Set() };

function request(id: string, body: object = {}): string {
  const whole = { model: "Qwen/Qwen3-8B", messages: [{ role: "user", content: "Hi" }], ...body };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body: whole });
}

/** Lines that change what others mean, and others. */
const pieces = [
  ...["a", "a", "b", "c", "a-2"].map((id) => request(id)),
  request("m", { model: "llama3.1:8b" }),
  request("n", { max_tokens: 10 }),
  request("o", { max_tokens: 10, temperature: 9 }),
  request("p", { model: "gpt-4o", stream: true }),
  '{"custom_id":"e","method":"POST","url":"/v1/embeddings","body":{"model":"m","input":"x"}}',
  "",
  "  ",
  "{",
  '{"custom_id": "spread",',
  '  "method": "POST", "url": "/v1/chat/completions",',
  '  "body": {"model": "m", "messages": [{"role": "user", "content": "x"}]}',
  "}",
  "[",
  `[${request("in-array")},`,
  `${request("in-array-too")}]`,
  "]",
  ",",
  "42",
  "not json",
  `${request("two")}${request("values")}`,
  '{"custom_id":"single","method":\'POST\'}',
];

const piece = fc.constantFrom(...pieces);
const text = fc.array(piece, { maxLength: 12 }).map((lines) => lines.join("\n"));
const place = fc.record({ line: fc.nat(14), character: fc.oneof(fc.constant(0), fc.nat(60), fc.constant(9999)) });
const inserted = fc.oneof(text, piece, fc.constantFrom("", "\n", "x", '"', "{", "}", "\n\n"));
const edit = fc.record({ places: fc.tuple(place, place), text: inserted });

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}

/** The same edit, done to the whole text. */
function edited(lines: readonly string[], start: Position, end: Position, added: string): string {
  const last = lines.length - 1;
  const clamp = ({ line, character }: Position): Position =>
    line > last
      ? { line: last, character: (lines[last] ?? "").length }
      : { line, character: Math.min(character, (lines[line] ?? "").length) };
  const [from, to] = [clamp(start), clamp(end)];
  const before = [...lines.slice(0, from.line), (lines[from.line] ?? "").slice(0, from.character)].join("\n");
  const after = [(lines[to.line] ?? "").slice(to.character), ...lines.slice(to.line + 1)].join("\n");
  return before + added + after;
}

const inOrder = (problems: readonly Problem[]) =>
  problems.map((problem) => JSON.stringify(problem, Object.keys(problem).sort())).sort();

function expectSameAsCheck(document: BatchDocument, shown: ShownProblems, whole: string): void {
  document.readOn(() => true);
  const { problems, requests, invalid, counts, byCode, safelyFixable, models, urls } = check(whole);
  expect(document.lines.join("\n")).toBe(whole);
  expect(inOrder(shown.pick(Infinity))).toEqual(inOrder(problems));
  expect(document.summary()).toEqual({ requests, invalid, counts, byCode, safelyFixable, models, urls });
}

describe("BatchDocument", () => {
  test("says after any edits what a check of the whole text says", () => {
    fc.assert(
      fc.property(text, fc.array(edit, { maxLength: 8 }), (start, edits) => {
        const document = new BatchDocument(start, settings);
        const shown = new ShownProblems(document);
        let whole = start;
        expectSameAsCheck(document, shown, whole);
        for (const { places, text: added } of edits) {
          const [a, b] = places;
          const range = isBefore(a, b) ? { start: a, end: b } : { start: b, end: a };
          whole = edited(document.lines, range.start, range.end, added);
          document.change([{ range, text: added }]);
          expectSameAsCheck(document, shown, whole);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("takes edits while it is still being read", () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(edit, fc.nat(5)), { maxLength: 6 }), (start, edits) => {
        const document = new BatchDocument(start, settings);
        const shown = new ShownProblems(document);
        let whole = start;
        for (const [{ places, text: added }, lines] of edits) {
          let left = lines;
          document.readOn(() => left-- > 0);
          shown.pick(10);
          const [a, b] = places;
          const range = isBefore(a, b) ? { start: a, end: b } : { start: b, end: a };
          whole = edited(document.lines, range.start, range.end, added);
          document.change([{ range, text: added }]);
        }
        expectSameAsCheck(document, shown, whole);
      }),
      { numRuns: 250 },
    );
  });

  test("sees an array begin where the text before it goes away, and end where text comes before it", () => {
    const lines = ["x", "[", request("a"), "]"];
    const document = new BatchDocument(lines.join("\n"), settings);
    document.readOn(() => true);
    const codes = () => Object.keys(document.summary().byCode);
    expect(codes()).not.toContain("file.arrayFile");
    document.change([{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } }, text: "" }]);
    document.readOn(() => true);
    expect(codes()).toContain("file.arrayFile");
    document.change([{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "x" }]);
    document.readOn(() => true);
    expect(codes()).not.toContain("file.arrayFile");
  });

  test("reads only what an edit touches", () => {
    const lines = Array.from({ length: 1000 }, (_, index) => request(`id-${index}`));
    const document = new BatchDocument(lines.join("\n"), settings);
    document.readOn(() => true);
    const before = [...document.units];
    document.change([{ range: { start: { line: 500, character: 0 }, end: { line: 500, character: 0 } }, text: "\n" }]);
    const fresh = document.units.filter((unit) => !before.includes(unit));
    expect(fresh.map(({ line }) => line)).toEqual([500, 501]);
    expect(document.units.at(-1)?.line).toBe(1000);
  });

  // A search for the next owner of the id after each request that goes took minutes for this.
  test("lets 100,000 requests with one id go at once", () => {
    const text = Array.from({ length: 100_000 }, () => '{"custom_id":"a"}').join("\n");
    const document = new BatchDocument(text, settings);
    document.readOn(() => true);
    expect(document.summary().byCode["customId.duplicate"]).toBe(99_999);
    document.change([{ text: request("a") }]);
    document.readOn(() => true);
    expect(document.summary()).toMatchObject({ requests: 1, invalid: 0 });
  });

  test("counts anew after each change, and only then", () => {
    const document = new BatchDocument(request("a"), settings);
    document.readOn(() => true);
    const before = document.summary();
    expect(document.summary()).toBe(before);
    document.change([{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "x" }]);
    document.readOn(() => true);
    expect(document.summary().counts.error).toBeGreaterThan(0);
  });

  test("shows what is at the end of the file, few or many, wherever it has moved", () => {
    for (const count of [3, 3_000]) {
      const good = Array.from({ length: 10 }, (_, index) => request(`good-${index}`));
      const bad = Array.from({ length: count }, (_, index) => request(`bad-${index}`, { temperature: 9 }));
      const document = new BatchDocument([...good, ...bad].join("\n"), settings);
      document.readOn(() => true);
      const shown = new ShownProblems(document);
      const linesOf = () => shown.pick(3).map(({ line, endLine }) => [line, endLine]);
      expect(linesOf()).toEqual([11, 12, 13].map((line) => [line, line]));
      document.change([{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "\n" }]);
      expect(linesOf()).toEqual([12, 13, 14].map((line) => [line, line]));
      // What has not moved is the same object: what an editor is told of it is made once.
      expect(shown.pick(3)[0]).toBe(shown.pick(3)[0]);
    }
  });

  test("shows the most severe problems and the first, when there are too many", () => {
    const lines = [request("w", { model: "llama3.1:8b" }), ...Array.from({ length: 5 }, () => request("same"))];
    const document = new BatchDocument(lines.join("\n"), settings);
    document.readOn(() => true);
    const picked = new ShownProblems(document).pick(3);
    const ofLines = picked.filter(({ code }) => !code.startsWith("file."));
    expect(ofLines.map(({ line, code }) => [line, code])).toEqual([
      [3, "customId.duplicate"],
      [4, "customId.duplicate"],
      [5, "customId.duplicate"],
    ]);
  });

  test("does not count what is ignored", () => {
    const ignored = new Set(["model.ollama", "customId.duplicate"]);
    const lines = [request("a", { model: "llama3.1:8b" }), request("a")];
    const document = new BatchDocument(lines.join("\n"), { ...settings, ignored });
    document.readOn(() => true);
    expect(document.summary().byCode).toEqual({ "file.mixedModels": 1 });
    expect(new ShownProblems(document).pick(10).map(({ code }) => code)).toEqual(["file.mixedModels"]);
  });
});
