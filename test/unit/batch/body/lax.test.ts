import { describe, expect, test } from "vitest";
import { convert, isTruthy } from "../../../../server/src/batch/body/lax.ts";

// Each of these was asked of a vLLM 0.32.0.
describe("convert", () => {
  test.each([
    [5, 5],
    [true, 1],
    [false, 0],
    ["5", 5],
    [" 5 ", 5],
    ["\t5\n", 5],
    ["+5", 5],
    ["-5", -5],
    ["05", 5],
    ["5.0", 5],
    ["5.00", 5],
    ["5_000", 5000],
  ])("reads %j as the whole number %j", (value, expected) => {
    expect(convert(value, "integer")).toBe(expected);
  });

  test.each([5.5, "5.5", "5.", ".5", "1e1", "_5", "5_", "5__0", "0x5", "٥", "", "five", null, [], {}, Infinity])(
    "finds no whole number in %j",
    (value) => {
      expect(convert(value, "integer")).toBeUndefined();
    },
  );

  test.each([
    [0.5, 0.5],
    [true, 1],
    ["0.7", 0.7],
    [" 0.7 ", 0.7],
    ["5.", 5],
    [".5", 0.5],
    ["1e5", 1e5],
    ["1E5", 1e5],
    ["1_0.5", 10.5],
    ["inf", Infinity],
    ["-Infinity", -Infinity],
    ["nan", NaN],
  ])("reads %j as the number %j", (value, expected) => {
    expect(convert(value, "number")).toBe(expected);
  });

  test.each(["1e", "e5", "0x1p3", "1__0", "1,5", "٠.٥", "1.5f", "", null, [], {}])("finds no number in %j", (value) => {
    expect(convert(value, "number")).toBeUndefined();
  });

  test.each([true, 1, "1", "true", "TRUE", "t", "Y", "yEs", "on"])("reads %j as true", (value) => {
    expect(convert(value, "boolean")).toBe(true);
  });

  test.each([false, 0, -0, "0", "false", "F", "n", "NO", "off"])("reads %j as false", (value) => {
    expect(convert(value, "boolean")).toBe(false);
  });

  test.each([2, 0.5, -1, " true", "true ", "01", "1.0", "", null, [], {}])("finds no truth in %j", (value) => {
    expect(convert(value, "boolean")).toBeUndefined();
  });

  test("makes no string of anything else", () => {
    expect(convert("a", "string")).toBe("a");
    expect(convert(5, "string")).toBeUndefined();
  });
});

describe("isTruthy", () => {
  test.each([true, 1, -1, "a", "0", "false", [0], { a: null }])("takes %j for true, as Python does", (value) => {
    expect(isTruthy(value)).toBe(true);
  });

  test.each([false, 0, "", null, undefined, [], {}])("takes %j for false", (value) => {
    expect(isTruthy(value)).toBe(false);
  });
});
