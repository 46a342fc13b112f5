import { describe, expect, test } from "vitest";
import { FaultPlan, scheduledIncidents } from "../../../../server/src/simulator/faults/faultPlan.ts";
import { parseTimeline } from "../../../../server/src/simulator/faults/parseTimeline.ts";

const plan = (events: object[]) => new FaultPlan(parseTimeline(JSON.stringify({ events })).events);
const body = Buffer.from('{"prompt":"hello poison-7"}');

/** Which of the first `count` requests are reset. */
function resets(events: object[], count: number): number[] {
  const made = plan(events);
  return Array.from({ length: count }, (_, index) => index + 1).filter(() => made.onRequest(body, 0).effect.reset);
}

describe("conditions", () => {
  const reset = { kind: "reset" };
  test("one request", () => expect(resets([{ when: { request: 3 }, do: reset }], 5)).toEqual([3]));
  test("a range", () => expect(resets([{ when: { fromRequest: 2, toRequest: 3 }, do: reset }], 5)).toEqual([2, 3]));
  test("each n-th", () => expect(resets([{ when: { every: 2 }, do: reset }], 5)).toEqual([2, 4]));
  test("a number of times", () => expect(resets([{ when: {}, do: reset, times: 2 }], 5)).toEqual([1, 2]));
  test("a text in the body", () => {
    expect(resets([{ when: { prompt: "poison-7" }, do: reset }], 1)).toEqual([1]);
    expect(resets([{ when: { prompt: "poison-8" }, do: reset }], 1)).toEqual([]);
  });
  test("a window of time", () => {
    const made = plan([{ when: { afterMs: 100, forMs: 50 }, do: reset }]);
    const seen = [99, 100, 149, 150].map((ms) => made.onRequest(body, ms).effect.reset === true);
    expect(seen).toEqual([false, true, true, false]);
  });
});

test("effects of several events add up", () => {
  const made = plan([
    { when: {}, do: { kind: "delay", ms: 5 } },
    { when: {}, do: { kind: "status", status: 500, body: "" } },
  ]);
  expect(made.onRequest(body, 0).effect).toEqual({
    delayMs: 5,
    status: { status: 500, body: undefined, retryAfterSeconds: undefined },
  });
});

test("an incident happens once, at its request", () => {
  const made = plan([{ when: { fromRequest: 2 }, do: { kind: "crash" } }]);
  const incidents = [1, 2, 3].map(() => made.onRequest(body, 0).incident?.kind);
  expect(incidents).toEqual([undefined, "crash", undefined]);
});

test("an incident without a condition on requests is one for the clock", () => {
  const events = parseTimeline(
    JSON.stringify({
      events: [
        { when: { afterMs: 70 }, do: { kind: "hang" } },
        { when: { request: 1 }, do: { kind: "hang" } },
      ],
    }),
  ).events;
  expect(scheduledIncidents(events)).toEqual([{ afterMs: 70, incident: { kind: "hang", forMs: Infinity } }]);
  expect(new FaultPlan(events.slice(0, 1)).onRequest(body, 1000).incident).toBeUndefined();
});
