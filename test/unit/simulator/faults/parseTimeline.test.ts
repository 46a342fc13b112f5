import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import schema from "../../../../schemas/simulator-timeline.schema.json" with { type: "json" };
import { parseTimeline } from "../../../../server/src/simulator/faults/parseTimeline.ts";

const fits = new Ajv().compile(schema);

/** Both must agree: the schema is what an editor says, the parser what the simulator says. */
function bothSay(timeline: unknown): string {
  let said = "good";
  try {
    parseTimeline(JSON.stringify(timeline));
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  expect(fits(timeline), JSON.stringify(timeline)).toBe(said === "good");
  return said;
}

const event = (when: object, action: object) => ({ events: [{ when, do: action }] });

describe("good timelines", () => {
  test.each([
    {},
    { $schema: "x", startup: { delayMs: 10 } },
    { startup: { fault: { kind: "out-of-memory" } } },
    { startup: { fault: { kind: "kv-cache-too-small", estimatedMaxModelLen: 100 } } },
    { startup: { fault: { kind: "exit", exitCode: 3, log: ["x"] } } },
    { startup: { fault: { kind: "never-ready" } } },
    event({ request: 3 }, { kind: "crash", exitCode: 0, orphan: true }),
    event({ afterMs: 100 }, { kind: "crash", signal: "SIGKILL" }),
    event({ afterMs: 100 }, { kind: "crash", log: ["RuntimeError: NCCL error"] }),
    event({ prompt: "poison" }, { kind: "engine-death", keepServing: true }),
    event({ fromRequest: 2, toRequest: 4, every: 2 }, { kind: "status", status: 429, retryAfterSeconds: 0.5 }),
    event({ afterMs: 1, forMs: 2 }, { kind: "status", status: 500, body: "" }),
    event({}, { kind: "hang", forMs: 5 }),
    event({}, { kind: "reset" }),
    event({}, { kind: "abort" }),
    event({}, { kind: "cut", after: 0 }),
    event({}, { kind: "trickle", bytesPerSecond: 5 }),
    event({}, { kind: "delay", ms: 5 }),
  ])("%j", (timeline) => expect(bothSay(timeline)).toBe("good"));
});

test("a crash has its last words in their order; none are none", () => {
  const actions = (action: object) => parseTimeline(JSON.stringify(event({}, action))).events.map((one) => one.action);
  expect(actions({ kind: "crash", log: ["one", "two"] })).toMatchObject([{ kind: "crash", log: ["one", "two"] }]);
  expect(actions({ kind: "crash" })).toMatchObject([{ kind: "crash", log: [] }]);
});

describe("mistakes are named with their place", () => {
  test.each([
    [[], "timeline must be an object, but is []."],
    [{ event: [] }, 'timeline has the unknown key "event". Known keys here: $schema, startup, events.'],
    [{ events: {} }, "timeline.events must be a list, but is {}."],
    [{ events: [{ do: { kind: "reset" } }] }, "timeline.events[0].when is missing: it says when that happens."],
    [
      { events: [{ when: {}, do: { kind: "reset" }, time: 2 }] },
      'timeline.events[0] has the unknown key "time". Known keys here: when, do, times.',
    ],
    [{ events: [{ when: {} }] }, "timeline.events[0].do is missing: it says what happens."],
    [
      event({}, { kind: "explode" }),
      "timeline.events[0].do.kind must be one of status, reset, cut, abort, trickle, delay, crash, engine-death, hang, " +
        'but is "explode".',
    ],
    [
      event({}, { kind: "status", status: 200 }),
      "timeline.events[0].do.status must be a whole number from 400 to 599, but is 200.",
    ],
    [
      event({ request: 0 }, { kind: "reset" }),
      "timeline.events[0].when.request must be a whole number from 1 up, but is 0.",
    ],
    [event({ prompt: 7 }, { kind: "reset" }), "timeline.events[0].when.prompt must be a text, but is 7."],
    [
      event({}, { kind: "crash", signal: "SIGFUN" }),
      'timeline.events[0].do.signal must be one of SIGKILL, SIGTERM, SIGSEGV, SIGABRT, but is "SIGFUN".',
    ],
    [
      event({}, { kind: "reset", afterMs: 5 }),
      'timeline.events[0].do has the unknown key "afterMs". Known keys here: kind.',
    ],
    [
      event({}, { kind: "engine-death", keepServing: 1 }),
      "timeline.events[0].do.keepServing must be true or false, but is 1.",
    ],
    [{ startup: { fault: { kind: "exit", log: [1] } } }, "timeline.startup.fault.log must hold texts, but holds 1."],
    [event({}, { kind: "crash", log: [{}] }), "timeline.events[0].do.log must hold texts, but holds {}."],
    [
      event({}, { kind: "hang", log: ["x"] }),
      'timeline.events[0].do has the unknown key "log". Known keys here: kind, forMs.',
    ],
  ])("%j", (timeline, message) => expect(bothSay(timeline)).toBe(message));

  test("no JSON", () => expect(() => parseTimeline("{")).toThrow("The timeline is not JSON: "));
});
