import { expect, it } from "vitest";
import { grouped, rate } from "../../../../client/src/text/figures.ts";

it("writes figures as the user's language does", () => {
  expect([grouped(1_234_567, "en"), grouped(1_234_567, "de")]).toEqual(["1,234,567", "1.234.567"]);
  expect([rate(0.5241, "en"), rate(12.34, "en"), rate(1240.4, "en")]).toEqual(["0.52", "12.3", "1,240"]);
  expect(rate(0.5241, "de")).toBe("0,52");
});
