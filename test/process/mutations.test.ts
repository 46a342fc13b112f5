import { expect, test } from "vitest";
import { problemCodes } from "../../server/src/batch/codes/index.ts";
import { seededRandom } from "../../server/src/util/seededRandom.ts";
import { check, fix, request } from "../support/batch/inMemory.ts";

const LINES = 100_000;
const PER_FILE = 500;

const seeds: readonly string[] = problemCodes.flatMap(({ codes }) =>
  codes.flatMap(({ bad, good }) => [bad, good].filter((text) => text !== "" && text.length < 5000)),
);
const scraps = [
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "'",
  "\\",
  "\0",
  "\n",
  "\r",
  "\t",
  "\ufeff",
  "\u2028",
  "😀",
  "//",
  "/*",
];
const values = ["null", "true", "-1", "1e999", '""', "[]", "{}", "[[]]", '"\\ud800"', "None", "NaN", "0.1.2"];

/** One to four random changes: bytes turned, pieces cut out, doubled, moved, replaced or put in. */
function mutate(line: string, next: (below: number) => number): Buffer {
  let bytes = Buffer.from(line);
  for (let change = next(4); change >= 0; change -= 1) {
    const [from, to] = [next(bytes.length + 1), next(bytes.length + 1)].sort((a, b) => a - b) as [number, number];
    const piece = bytes.subarray(from, Math.min(to, from + 40));
    const rest = bytes.subarray(from + piece.length);
    const scrap = Buffer.from([...scraps, ...values][next(scraps.length + values.length)] ?? "");
    const middle = [
      Buffer.from([next(256)]),
      Buffer.alloc(0),
      Buffer.concat([piece, piece]),
      scrap,
      Buffer.concat([scrap, piece]),
    ];
    bytes = Buffer.concat([bytes.subarray(0, from), middle[next(middle.length)] ?? scrap, rest]);
  }
  return bytes;
}

test(`${LINES} mutated lines: nothing throws or hangs, all codes are in the catalogue, and fix loses no good line`, () => {
  const known = new Set(problemCodes.flatMap(({ codes }) => codes.map(({ code }) => code)));
  const random = seededRandom(20261121);
  const next = (below: number) => Math.floor(random() * below);
  const unknown = new Set<string>();
  for (let file = 0; file < LINES / PER_FILE; file += 1) {
    const good = request({ custom_id: `good-${file}` });
    const lines = Array.from({ length: PER_FILE }, () => mutate(seeds[next(seeds.length)] ?? "", next));
    const content = Buffer.concat(
      [good, ...lines, good.replace("good", "last")].flatMap((one) => [Buffer.from(one), Buffer.from("\n")]),
    );
    const checked = check(content, { target: file % 2 === 0 ? "vllm" : "openai" });
    for (const code of Object.keys(checked.byCode)) if (!known.has(code)) unknown.add(code);
    for (const { line, column, endLine, endColumn } of checked.problems) {
      expect(endLine > line || (endLine === line && endColumn >= column)).toBe(true);
    }
    const output = fix(content, { suggested: file % 3 === 0 }).output.toString();
    expect(output.startsWith(`${good}\n`)).toBe(true);
    expect(output.endsWith(`${good.replace("good", "last")}\n`), `file ${file}`).toBe(true);
  }
  expect([...unknown]).toEqual([]);
}, 120_000);
