import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArrayFileError, BatchSplitter, type SplitRule } from "../../../../server/src/batch/split/splitter.ts";
import { LineSplitter } from "../../../../server/src/util/lineSplitter.ts";
import { request } from "../../../support/batch/inMemory.ts";

function split(content: string, rule: SplitRule) {
  const texts: string[] = [];
  const splitter = new BatchSplitter(rule, (part, piece) => {
    texts[part] = (texts[part] ?? "") + piece.toString("utf8");
  });
  const lines = new LineSplitter();
  lines.push(Buffer.from(content), (line) => splitter.push(line));
  lines.end((line) => splitter.push(line));
  splitter.end();
  return { texts, parts: splitter.parts };
}

const withModel = (id: string, model: unknown) => request({ custom_id: id, body: { model, messages: [] } });

describe("a file split by length", () => {
  test("keeps order and bytes, and leaves blank lines out", () => {
    const lines = ["a", "b", "c", "d", "e"].map((id) => request({ custom_id: id }));
    const [a, b, c, d, e] = lines;
    const { texts, parts } = split(`${a}\n\n${b}\r\n${c}\n  \n${d}\n${e}`, { by: "requests", requests: 2 });
    expect(texts).toEqual([`${a}\n${b}\r\n`, `${c}\n${d}\n`, `${e}\n`]);
    expect(parts.map(({ requests }) => requests)).toEqual([2, 2, 1]);
  });

  test("keeps broken lines, and an object that is spread over lines in one piece", () => {
    const spread = JSON.stringify({ custom_id: "a", body: { model: "m" } }, null, 2);
    const { texts } = split(`${spread}\n{broken\n${request()}\n`, { by: "requests", requests: 1 });
    expect(texts).toEqual([`${spread}\n`, "{broken\n", `${request()}\n`]);
  });

  test("loses and doubles nothing, whatever the lines", () => {
    const line = fc.oneof(
      fc.constant(request()),
      fc.string().map((text) => text.replace(/[\r\n[\]{}]/g, "")),
    );
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 5 }), (lines, requests) => {
        const { texts } = split(lines.join("\n"), { by: "requests", requests });
        expect(texts.join("")).toBe(
          lines
            .filter((one) => one.trim() !== "")
            .map((one) => `${one}\n`)
            .join(""),
        );
      }),
    );
  });

  test("is refused where it is an array", () => {
    expect(() => split(`[\n${request()}\n]\n`, { by: "requests", requests: 1 })).toThrow(ArrayFileError);
  });
});

test("a file split by model has a part for each, and one for requests without", () => {
  const lines = [withModel("1", "a"), withModel("2", "b"), withModel("3", "a"), withModel("4", 7), "{broken"];
  const { texts, parts } = split(`${lines.join("\n")}\n`, { by: "model" });
  expect(parts).toEqual([
    { model: "a", requests: 2 },
    { model: "b", requests: 1 },
    { model: null, requests: 2 },
  ]);
  expect(texts[0]).toBe(`${String(lines[0])}\n${String(lines[2])}\n`);
});
