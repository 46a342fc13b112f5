import { expect, it } from "vitest";
import { Repeater } from "../../../server/src/util/repeater.ts";
import { TestClock } from "../../support/run/testClock.ts";

/** Lets promises that are settled go on. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

it("does its work again and again, never twice at once, until it is stopped", async () => {
  const clock = new TestClock();
  const errors: unknown[] = [];
  const repeater = new Repeater(clock, (error) => errors.push(error));
  let done = 0;
  let open: (() => void) | null = null;
  repeater.every(
    () => 100,
    () => new Promise<void>((resolve) => ((done += 1), (open = resolve))),
  );
  clock.advance(1000);
  expect(done).toBe(1);
  const release = open as (() => void) | null;
  release?.();
  await settle();
  clock.advance(100);
  expect(done).toBe(2);
  repeater.stop();
  const again = open as (() => void) | null;
  again?.();
  await settle();
  clock.advance(1000);
  expect(done).toBe(2);
  expect(errors).toEqual([]);
});

it("tells what went wrong, once", async () => {
  const clock = new TestClock();
  const errors: unknown[] = [];
  const repeater = new Repeater(clock, (error) => errors.push(error));
  repeater.every(
    () => 100,
    () => Promise.reject(new Error("no")),
  );
  for (let turn = 0; turn < 3; turn += 1) {
    clock.advance(100);
    await settle();
  }
  expect(errors).toEqual([new Error("no")]);
});
