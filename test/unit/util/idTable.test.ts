import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IdTable } from "../../../server/src/util/idTable.ts";

describe("IdTable", () => {
  test("agrees with a Map", () => {
    const id = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("", "a", "b", "request-1", "request-2"));
    fc.assert(
      fc.property(fc.array(id), fc.integer(), fc.nat(3000), (ids, seed, expected) => {
        const table = new IdTable(seed, expected);
        const map = new Map<string, number>();
        for (const [index, one] of ids.entries()) {
          expect(table.get(one)).toBe(map.get(one));
          expect(table.add(one, index + 1)).toBe(map.get(one));
          if (!map.has(one)) map.set(one, index + 1);
          expect(table.size).toBe(map.size);
        }
      }),
    );
  });

  test("tells a million numbered ids apart while it grows", () => {
    const table = new IdTable(7);
    let taken = 0;
    for (let index = 1; index <= 1_000_000; index += 1) if (table.add(`request-${index}`, index)) taken += 1;
    expect(taken).toBe(0);
    expect(table.get("request-1")).toBe(1);
    expect(table.get("request-1000000")).toBe(1_000_000);
    expect(table.get("request-1000001")).toBeUndefined();
  });

  test("tells ids apart that differ in two characters", () => {
    const table = new IdTable(0);
    let taken = 0;
    for (let first = 0; first < 700; first += 1) {
      for (let second = 0; second < 700; second += 1) {
        if (table.add(String.fromCharCode(first, second), 1) !== undefined) taken += 1;
      }
    }
    expect(taken).toBe(0);
  });
});
