import { expect, it } from "vitest";
import { orLogged } from "../../../../client/src/runs/orLogged.ts";

it("what fails is logged, and keeps nothing from going on", async () => {
  const warnings: string[] = [];
  const log = { warn: (text: string) => void warnings.push(text) };
  expect(await orLogged(log, "Not shown", 0, () => Promise.resolve(3))).toBe(3);
  expect(await orLogged(log, "Not shown", 0, () => Promise.reject(new Error("It does not start.")))).toBe(0);
  expect(warnings).toEqual(["Not shown: It does not start."]);
});
