import { expect, test } from "vitest";
import { duration } from "../../../server/src/util/duration.ts";

test.each([
  [0, "0s"],
  [59.4, "59s"],
  [59.6, "1m 00s"],
  [185, "3m 05s"],
  [3600, "1h 00m"],
  [7620, "2h 07m"],
  [273_600, "3d 4h"],
  [-5, "0s"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});
