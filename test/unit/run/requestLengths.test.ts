import { expect, test } from "vitest";
import { neededWords } from "../../../server/src/engine/managed/neededWords.ts";
import type { Diagnosis } from "../../../server/src/protocol/engine.ts";
import { RequestLengths } from "../../../server/src/run/requestLengths.ts";
import { tooLongWords } from "../../../server/src/run/tooLongWords.ts";

function lengths(tokens: readonly number[], most = Infinity) {
  const told: number[] = [];
  const all = new RequestLengths(most, ({ tokens }) => void told.push(tokens));
  for (const [index, one] of tokens.entries()) all.add(index + 1, one);
  return { all, told };
}

test("the longest is told each time there is a longer one, and known with its line", () => {
  const { all, told } = lengths([10, 5, 300, 300, 20]);
  all.end();
  expect(told).toEqual([10, 300]);
  expect(all.longest).toEqual({ line: 3, tokens: 300 });
});

test("a request with errors does not count, nor one that is not sent", () => {
  const { all } = lengths([10, 5, 300]);
  all.drop(3);
  all.end();
  expect(all.longest).toEqual({ line: 1, tokens: 10 });
  const first = lengths([10, 5, 300], 2);
  first.all.end();
  expect(first.all.longest?.tokens).toBe(10);
});

test("how many are longer is right to one per cent, and never none when the longest is", () => {
  const { all } = lengths(Array.from({ length: 1_000 }, (_, index) => index + 1));
  all.end();
  for (const limit of [1, 10, 500, 900]) {
    expect(Math.abs(all.longerThan(limit) - (1_000 - limit))).toBeLessThanOrEqual(Math.max(2, limit * 0.02));
  }
  expect(all.longerThan(999)).toBe(1);
  expect(all.longerThan(1_000)).toBe(0);
});

test("what has no room is told with the numbers that are known, and what has is not", () => {
  const longest = { line: 12, tokens: 2_400 };
  expect(tooLongWords(2_400, longest, 0, 600)).toBeNull();
  expect(tooLongWords(512, longest, 37, 600)).toContain("37 of 600 requests need more, the one on line 12 about 2400");
  expect(tooLongWords(512, longest, null, 600)).toContain("The longest request (line 12) needs about 2400");
});

test("what has no room is told with what `retry` can do about it: another profile, and no other requests", () => {
  expect(tooLongWords(512, { line: 12, tokens: 2_400 }, 37, 600)).toMatch(
    /Raise max-model-len in the profile, then: vllm-batch retry DIR --profile NAME\. .*--max-tokens start a new run\.$/,
  );
});

test("an engine that is given up for want of room says what the requests need", () => {
  const diagnosis = (estimatedMaxLen: number): Diagnosis => ({
    ...{ cause: "kv_cache_too_small_for_max_len", confidence: "high", summary: "", evidence: [], remedies: [] },
    facts: { estimatedMaxLen },
  });
  expect(neededWords(diagnosis(512), 900)).toMatch(/room for 512 tokens.*needs about 900/);
  expect([neededWords(diagnosis(512), null), neededWords(diagnosis(1_024), 900)]).toEqual(["", ""]);
});
