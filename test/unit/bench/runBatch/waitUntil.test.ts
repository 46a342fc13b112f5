import { expect, it } from "vitest";
import { waitUntil } from "../../../../bench/runBatch/waitUntil.ts";

const never = new Promise(() => undefined);

it("asks until the answer is yes", async () => {
  let asked = 0;
  expect(await waitUntil(() => Promise.resolve((asked += 1) === 3), never, 1)).toBe(true);
  expect(asked).toBe(3);
});

it("says no when it ends first", async () => {
  expect(await waitUntil(() => Promise.resolve(false), Promise.resolve(), 60_000)).toBe(false);
});

it("says yes when what it waited for came with the end", async () => {
  const ended = Promise.withResolvers<undefined>();
  const seen = { over: false };
  void ended.promise.then(() => (seen.over = true));
  const answer = waitUntil(() => Promise.resolve(seen.over), ended.promise, 60_000);
  ended.resolve(undefined);
  expect(await answer).toBe(true);
});
