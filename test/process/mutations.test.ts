import { expect, test } from "vitest";
import { problemCodes } from "../../server/src/batch/codes/index.ts";
import { check, fix, request } from "../support/batch/inMemory.ts";

const LINES = 100_000;
const PER_FILE = 500;

/** mulberry32: the same numbers for the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

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
  const next = random(20261121);
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
