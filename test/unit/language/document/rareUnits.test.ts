import { expect, test } from "vitest";
import { RareUnits } from "../../../../server/src/language/document/rareUnits.ts";
import type { Unit } from "../../../../server/src/language/document/unit.ts";

function unit(line: number): Unit {
  return { line, lineCount: 1, requests: [], between: null, isArray: false, severities: 1, duplicates: 0 };
}

test("a few are given in the order of the file, whatever the order in which they came", () => {
  const rare = new RareUnits();
  const [first, second, third] = [unit(1), unit(2), unit(3)];
  for (const one of [third, first, second, first]) rare.add(one);
  expect(rare.inOrder()).toEqual([first, second, third]);
  rare.delete(second);
  expect(rare.inOrder()).toEqual([first, third]);
});

test("too many are not kept, and not few again because some went", () => {
  const rare = new RareUnits();
  const many = Array.from({ length: 2_001 }, (_, line) => unit(line));
  for (const one of many.slice(0, 2_000)) rare.add(one);
  expect(rare.inOrder()).toHaveLength(2_000);
  rare.add(many[2_000] as Unit);
  expect(rare.inOrder()).toBeNull();
  for (const one of many) rare.delete(one);
  expect(rare.inOrder()).toBeNull();
});
