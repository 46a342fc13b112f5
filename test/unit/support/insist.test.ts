import { errors } from "playwright-core";
import { expect, test } from "vitest";
import { insist } from "../../support/vscode/insist.ts";

test("what did not come is tried again, with twice the time", async () => {
  const given: number[] = [];
  const done = await insist((timeoutMs) => {
    given.push(timeoutMs);
    return given.length < 3 ? Promise.reject(new errors.TimeoutError("late")) : Promise.resolve("done");
  });
  expect(done).toBe("done");
  expect(given).toEqual([3_000, 6_000, 12_000]);
});

test("what went wrong in another way is not tried again", async () => {
  let tries = 0;
  const trying = insist(() => {
    tries += 1;
    return Promise.reject(new Error("no such element"));
  });
  await expect(trying).rejects.toThrow("no such element");
  expect(tries).toBe(1);
});
