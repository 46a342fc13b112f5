import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyMemory,
  goodToRestore,
  knownGoodFor,
  latestGood,
  latestStart,
  measuredBefore,
  parseMemory,
  rememberGood,
  rememberMeasured,
  rememberStart,
  wasStable,
  type KnownGood,
  type MeasuredEngine,
  type StartedEngine,
} from "../../../../server/src/engine/recover/lastKnownGood.ts";
import type { Flags } from "../../../../server/src/protocol/engine.ts";
import { aProfile } from "../../../support/engine/crash.ts";

const start = (): StartedEngine => ({
  model: "acme/tiny",
  gpus: ["NVIDIA RTX 4090"],
  vllm: "0.32.0",
  driver: "580.65.06",
  profile: aProfile({ "max-num-seqs": 8 }),
  at: "2026-11-21T23:27:00.000Z",
});

const good = (change: Partial<KnownGood> = {}): KnownGood => ({
  ...start(),
  capacity: { weightsGiB: 14.2, kvCacheGiB: 3.1, kvCacheTokens: 24000, maxModelLen: 8192, maxConcurrency: 2.9 },
  ranSeconds: 7200,
  answers: 5000,
  ...change,
});

describe("settings that worked", () => {
  test("are those that answered 200 requests, or any for ten minutes", () => {
    expect(wasStable({ answers: 200, ranSeconds: 5 })).toBe(true);
    expect(wasStable({ answers: 1, ranSeconds: 600 })).toBe(true);
    expect(wasStable({ answers: 199, ranSeconds: 599 })).toBe(false);
    expect(wasStable({ answers: 0, ranSeconds: 90_000 })).toBe(false);
  });

  test("are kept once per model, GPUs and version, the newest", () => {
    const first = rememberGood(emptyMemory, good({ answers: 1000 }));
    const memory = rememberGood(rememberGood(first, good({ vllm: "0.31.0" })), good({ answers: 2000 }));
    expect(memory.good.map(({ vllm, answers }) => [vllm, answers])).toEqual([
      ["0.32.0", 2000],
      ["0.31.0", 5000],
    ]);
  });

  test("are found for the same GPUs in any order, and not for others", () => {
    const memory = rememberGood(emptyMemory, good({ gpus: ["A", "B"] }));
    expect(knownGoodFor(memory, good({ gpus: ["B", "A"], driver: "other" }))).not.toBeNull();
    expect(knownGoodFor(memory, good({ gpus: ["A"] }))).toBeNull();
    expect(knownGoodFor(memory, good({ gpus: ["A", "B"], vllm: "0.33.0" }))).toBeNull();
    expect(latestGood(memory, "acme/tiny")?.gpus).toEqual(["A", "B"]);
    expect(latestGood(memory, "acme/other")).toBeNull();
  });

  test("are gone back to where the last start was, else to those from elsewhere", () => {
    const elsewhere = good({ vllm: "0.31.0" });
    const memory = rememberStart(rememberGood(rememberGood(emptyMemory, good()), elsewhere), start());
    expect(goodToRestore(memory, start())).toEqual(good());
    expect(goodToRestore(memory, { ...start(), vllm: "0.33.0" })).toEqual(elsewhere);
    expect(goodToRestore(memory, { ...start(), model: "acme/other" })).toBeNull();
  });

  test("the last start is that of the model, or of any", () => {
    const memory = rememberStart(rememberStart(emptyMemory, start()), { ...start(), model: "acme/other" });
    expect(latestStart(memory, null)?.model).toBe("acme/other");
    expect(latestStart(memory, "acme/tiny")?.model).toBe("acme/tiny");
    expect(latestStart(rememberGood(emptyMemory, good()), null)?.model).toBe("acme/tiny");
    expect(latestStart(emptyMemory, null)).toBeNull();
  });

  test("are not kept without bound", () => {
    let memory = emptyMemory;
    for (let n = 0; n < 80; n += 1) {
      memory = rememberStart(rememberGood(memory, good({ model: `m${n}` })), good({ model: `m${n}` }));
    }
    expect([memory.good.length, memory.starts.length]).toEqual([50, 50]);
    expect(memory.good[0]?.model).toBe("m79");
  });
});

describe("what was measured at a start", () => {
  const capacity = { weightsGiB: 14.2, kvCacheGiB: 3.1, kvCacheTokens: 24000, maxModelLen: 8192, maxConcurrency: 2.9 };
  const measured = (flags: Flags): MeasuredEngine => ({ ...start(), profile: aProfile(flags), capacity });
  const memory = rememberMeasured(emptyMemory, measured({ "max-model-len": 8192, "enforce-eager": true }));

  test("holds for the same settings, whatever the length of the context is", () => {
    const same = aProfile({ "enforce-eager": true, "max-model-len": 8192 });
    expect(measuredBefore(memory, start(), same)).toEqual(capacity);
    const longer = aProfile({ "enforce-eager": true, "max-model-len": 16_384 });
    expect(measuredBefore(memory, start(), longer)).toEqual({ ...capacity, maxModelLen: null, maxConcurrency: null });
  });

  test("says nothing of other settings, GPUs, versions and models", () => {
    const same = aProfile({ "enforce-eager": true, "max-model-len": 8192 });
    expect(measuredBefore(memory, start(), aProfile({ "max-model-len": 8192 }))).toBeNull();
    expect(measuredBefore(memory, { ...start(), gpus: ["NVIDIA L4"] }, same)).toBeNull();
    expect(measuredBefore(memory, { ...start(), vllm: "0.33.0" }, same)).toBeNull();
    expect(measuredBefore(memory, { ...start(), model: "acme/other" }, same)).toBeNull();
  });

  test("is kept once for each, the newest, and not without bound", () => {
    const again = { ...measured({ "enforce-eager": true }), capacity: { ...capacity, kvCacheGiB: 2 } };
    expect(rememberMeasured(memory, again).measured).toEqual([again]);
    let many = memory;
    for (let n = 1; n <= 80; n += 1) many = rememberMeasured(many, measured({ "max-num-seqs": n }));
    expect(many.measured).toHaveLength(50);
  });
});

describe("the file", () => {
  test("is read as it was written", () => {
    const capacity = { weightsGiB: 1, kvCacheGiB: 2, kvCacheTokens: 3, maxModelLen: null, maxConcurrency: null };
    const memory = rememberMeasured(rememberStart(rememberGood(emptyMemory, good()), start()), {
      ...start(),
      capacity,
    });
    expect(parseMemory(JSON.stringify(memory))).toEqual(memory);
  });

  test("loses what is damaged, and keeps the rest", () => {
    const damaged = { ...good(), profile: { ...good().profile, flags: 7 } };
    const text = JSON.stringify({ version: 1, good: [damaged, good(), null, { model: 3 }], starts: "x" });
    expect(parseMemory(text)).toEqual({ version: 1, good: [good()], starts: [], measured: [] });
  });

  test("of a later version counts as empty", () => {
    expect(parseMemory(JSON.stringify({ version: 2, good: [good()], starts: [] }))).toEqual(emptyMemory);
  });

  test("may hold anything", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseMemory(text)));
    const item = fc.object({ key: fc.constantFrom("model", "gpus", "profile", "flags", "env", "at", "name") });
    fc.assert(
      fc.property(fc.array(item), (list) => {
        const text = JSON.stringify({ version: 1, good: list, starts: list });
        expect(parseMemory(text).good.length).toBeLessThanOrEqual(list.length);
      }),
    );
  });
});
