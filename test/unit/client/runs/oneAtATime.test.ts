import { expect, it } from "vitest";
import { OneAtATime } from "../../../../client/src/runs/oneAtATime.ts";

it("does not begin again what goes on, and does so when it is done", async () => {
  const preparing = new OneAtATime();
  const answer = Promise.withResolvers<string>();
  const first = preparing.do("a", () => answer.promise);
  expect(await preparing.do("a", () => Promise.resolve("twice"))).toBeUndefined();
  expect(await preparing.do("b", () => Promise.resolve("another"))).toBe("another");
  answer.resolve("once");
  expect(await first).toBe("once");
  expect(await preparing.do("a", () => Promise.resolve("again"))).toBe("again");
});

it("lets go of what failed", async () => {
  const preparing = new OneAtATime();
  await expect(preparing.do("a", () => Promise.reject(new Error("No.")))).rejects.toThrow("No.");
  expect(await preparing.do("a", () => Promise.resolve("again"))).toBe("again");
});
