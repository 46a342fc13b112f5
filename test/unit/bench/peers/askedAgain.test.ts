import { expect, test } from "vitest";
import { askedAgain } from "../../../../bench/peers/askedAgain.ts";
import type { ServerLogEntry } from "../../../../bench/support/benchServerMessages.ts";

const KILLED_MS = 1000;
const entry = (key: string | null, arrivedMs: number, deliveredMs: number | null, status = 200): ServerLogEntry => ({
  key,
  arrivedMs,
  deliveredMs,
  status,
});

test.each([
  ["answered long before the kill", entry("a", 100, 300), 1, 1],
  ["answered in the last moment", entry("a", 100, 980), 0, 1],
  ["answered after the kill", entry("a", 900, 1010), 0, 1],
  ["never answered", entry("a", 900, null), 0, 0],
  ["answered by 503", entry("a", 100, 300, 503), 0, 0],
  ["of the client's own making", entry(null, 100, 300), 0, 0],
])("%s", (_what, first, withGrace, raw) => {
  const log = [first, entry(first.key, 2000, 2200)];
  expect(askedAgain(log, KILLED_MS, 50)).toBe(withGrace);
  expect(askedAgain(log, KILLED_MS, Number.NEGATIVE_INFINITY)).toBe(raw);
});

test("what is asked twice before the kill, or only once, is not asked again", () => {
  const log = [entry("a", 100, 300), entry("a", 400, 600), entry("b", 100, 300)];
  expect(askedAgain(log, KILLED_MS, 50)).toBe(0);
});

test("a request that is asked three times more counts once", () => {
  const log = [entry("a", 100, 300), ...[2000, 3000, 4000].map((at) => entry("a", at, at + 10))];
  expect(askedAgain(log, KILLED_MS, 50)).toBe(1);
});
