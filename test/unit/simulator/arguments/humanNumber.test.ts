import { expect, test } from "vitest";
import { parseHumanInteger } from "../../../../server/src/simulator/arguments/humanNumber.ts";

test.each([
  ["512", 512],
  ["1k", 1000],
  ["1K", 1024],
  ["25.6k", 25_600],
  ["2G", 2 ** 31],
  ["1.5K", undefined],
  ["1Q", undefined],
  ["", undefined],
])("%s", (text, value) => expect(parseHumanInteger(text)).toBe(value));
