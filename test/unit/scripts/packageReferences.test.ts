import { expect, test } from "vitest";
import { leftOut } from "../../../scripts/packageReferences.ts";

const here = (...paths: readonly string[]) => {
  const known = new Set(paths);
  return (path: string) => known.has(path);
};

test("names what is here and not there, wherever it is said", () => {
  const manifest = { main: "./a.cjs", icon: "b.png", contributes: { x: [{ path: "./c.json" }] } };
  expect(leftOut(manifest, here("./a.cjs", "b.png", "./c.json"), here("b.png"))).toEqual(["./a.cjs", "./c.json"]);
});

test("lets words and addresses be", () => {
  const words = ["server", "A text, with ./path in it", "https://example.org/a.png", 7, null];
  expect(leftOut(words, () => true, here())).toEqual([]);
});
