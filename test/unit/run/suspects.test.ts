import { expect, it } from "vitest";
import { RequestQueue } from "../../../server/src/run/requestQueue.ts";
import { BatchRequest } from "../../../server/src/run/request.ts";
import { groupLimit, isProven, isSuspect, witnessDeath } from "../../../server/src/run/suspects.ts";

const request = (line = 1) => new BatchRequest(line, `id-${line}`, "/v1/chat/completions", Buffer.from("{}"));

it("books one death once, however many hear of it", () => {
  const one = request();
  witnessDeath(one, 1, 100);
  witnessDeath(one, 1, 99);
  expect(one.deaths).toBe(1);
  expect(isSuspect(one)).toBe(false);
});

it("narrows down by eighths, and needs two deaths alone for proof", () => {
  const one = request();
  const groups: number[] = [];
  for (const [death, peers] of [1024, 1024, 128, 16, 2, 1].entries()) {
    witnessDeath(one, death + 1, peers);
    if (isSuspect(one)) groups.push(groupLimit(one));
  }
  expect(groups).toEqual([128, 16, 2, 1, 1]);
  expect(isProven(one)).toBe(false);
  witnessDeath(one, 7, 1);
  expect(isProven(one)).toBe(true);
});

it("does not count being alone against one that was never suspected", () => {
  const one = request();
  witnessDeath(one, 1, 1);
  witnessDeath(one, 2, 1);
  expect(one.aloneDeaths).toBe(0);
});

it("gives out what is due first, then what came back, each in its order", () => {
  const queue = new RequestQueue();
  for (const [line, readyAt] of [
    [1, 300],
    [2, 100],
    [3, 200],
    [4, 250],
    [5, 50],
  ] as const)
    queue.delay(request(line), readyAt);
  queue.giveBack(request(6));
  queue.giveBack(request(7));
  expect(queue.size).toBe(7);
  const order = [60, 210, 210, 210, 210, 300, 300, 300].map((now) => queue.take(now)?.line);
  expect(order).toEqual([5, 2, 3, 6, 7, 4, 1, undefined]);
});

it("sends suspects in groups that none of them makes too large", () => {
  const queue = new RequestQueue();
  for (const [line, peers] of [
    [1, 8],
    [2, 32],
    [3, 32],
    [4, 32],
    [5, 32],
    [6, 32],
  ] as const) {
    const suspect = request(line);
    witnessDeath(suspect, 1, peers);
    witnessDeath(suspect, 2, peers);
    queue.setAside(suspect);
  }
  const group: number[] = [];
  for (;;) {
    const next = queue.takeSuspect(group.length, group.length === 0 ? Infinity : 4);
    if (next === undefined) break;
    group.push(next.line);
  }
  expect(group).toEqual([2, 3, 4, 5]);
  expect(queue.takeSuspect(0, Infinity)?.line).toBe(6);
  // The likeliest one joins nobody.
  expect(queue.takeSuspect(1, 4)).toBeUndefined();
  expect(queue.takeSuspect(0, Infinity)?.line).toBe(1);
});
