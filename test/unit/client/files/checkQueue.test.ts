import { beforeEach, expect, it } from "vitest";
import { CheckQueue } from "../../../../client/src/files/checkQueue.ts";

let begun: { key: string; signal: AbortSignal; end: () => void }[];
let queue: CheckQueue;

beforeEach(() => {
  begun = [];
  queue = new CheckQueue(async (key, signal) => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    begun.push({ key, signal, end: () => resolve(undefined) });
    await promise;
  });
});

/** Ends the check that goes on. */
async function endOne(): Promise<void> {
  begun.at(-1)?.end();
  await new Promise(setImmediate);
}

const keys = () => begun.map(({ key }) => key);
const stopped = () => begun.map(({ signal }) => signal.aborted);

it("checks one after another, each once", async () => {
  for (const key of ["a", "b", "c", "b"]) queue.add(key);
  expect(keys()).toEqual(["a"]);
  for (let count = 0; count < 4; count += 1) await endOne();
  expect(keys()).toEqual(["a", "b", "c"]);
  queue.add("a");
  expect(keys()).toEqual(["a", "b", "c", "a"]);
});

it("begins one anew that changes while it is checked", async () => {
  queue.add("a");
  queue.add("a");
  expect(stopped()).toEqual([true]);
  await endOne();
  expect(keys()).toEqual(["a", "a"]);
  expect(stopped()).toEqual([true, false]);
});

it("leaves out what is dropped, also while it is checked", async () => {
  for (const key of ["a", "b", "c"]) queue.add(key);
  queue.drop("b");
  queue.drop("a");
  expect(stopped()).toEqual([true]);
  await endOne();
  expect(keys()).toEqual(["a", "c"]);
});

it("can be cleared, and used again", async () => {
  queue.add("a");
  queue.add("b");
  queue.clear();
  expect(stopped()).toEqual([true]);
  await endOne();
  expect(keys()).toEqual(["a"]);
  queue.add("c");
  expect(keys()).toEqual(["a", "c"]);
});
