import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { unlessAborted } from "../../../../server/src/cli/engine/unlessAborted.ts";
import { untilSettled } from "../../../../server/src/cli/engine/untilSettled.ts";

/** A stand-in for an engine that is being started. */
class Starting {
  failure: string | null = null;
  notReady: string | null = "it loads";
  onChange: (() => void) | null = null;

  become(change: { failure?: string; notReady?: string | null }): void {
    Object.assign(this, change);
    this.onChange?.();
  }
}

test("looks when the words change, until that is enough (engine: a stand-in)", async () => {
  const engine = new Starting();
  const { signal } = new AbortController();
  const seen: (string | null)[] = [];
  const settled = untilSettled(engine, signal, () => {
    seen.push(engine.notReady);
    return engine.notReady === null;
  });
  engine.become({});
  engine.become({ notReady: "it warms up" });
  engine.become({ notReady: null });
  await settled;
  expect(seen).toEqual(["it loads", "it warms up", null]);
  expect(engine.onChange).toBeNull();
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("ends when the engine is given up, and at the signal (engine: a stand-in)", async () => {
  const engine = new Starting();
  const never = untilSettled(engine, new AbortController().signal, () => false);
  engine.become({ failure: "It does not start." });
  await never;
  await untilSettled(new Starting(), AbortSignal.abort(), () => false);
});

test("work is waited for until the signal, and no listener of it stays", async () => {
  const aborter = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), aborter.signal)).toBe(1);
  expect(getEventListeners(aborter.signal, "abort")).toEqual([]);
  const waiting = unlessAborted(new Promise(() => undefined), aborter.signal);
  aborter.abort();
  expect(await waiting).toBeNull();
});
