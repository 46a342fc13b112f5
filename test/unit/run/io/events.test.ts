import { beforeEach, expect, it } from "vitest";
import { EventLog } from "../../../../server/src/run/io/events.io.ts";
import { FakeOps } from "../../../support/run/fakeOps.ts";
import { TestClock } from "../../../support/run/testClock.ts";

let ops: FakeOps;
let events: EventLog;

beforeEach(() => {
  ops = new FakeOps();
  events = new EventLog("/run", new TestClock(), ops);
});

it("writes a line for each event, with its time", () => {
  events.add("status", { status: "in_progress", reason: null });
  events.add("engine");
  events.close();
  expect(ops.text("/run/events.jsonl").split("\n")).toEqual([
    '{"at":"2026-11-21T00:00:00.000Z","event":"status","status":"in_progress","reason":null}',
    '{"at":"2026-11-21T00:00:00.000Z","event":"engine"}',
    "",
  ]);
});

it("drops lines that the disk does not take, counts them, and leaves no half one", () => {
  ops.free = 20;
  events.add("status");
  events.add("engine");
  events.close();
  expect(events.dropped).toBe(2);
  expect(ops.text("/run/events.jsonl")).toBe("");
});
