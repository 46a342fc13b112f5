import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engineCauses, type Diagnosis, type FlagValue, type Profile } from "../../../../server/src/protocol/engine.ts";
import type { LadderFacts } from "../../../../server/src/engine/recover/ladderTypes.ts";
import { climb, type Climb, type Fall } from "../../../support/engine/climb.ts";
import { aDiagnosis, aProfile } from "../../../support/engine/crash.ts";

/** Whatever the ladder does, these are not its business. */
const untouchable = ["trust-remote-code", "tokenizer", "revision", "load-format", "hf-overrides", "chat-template"];

const number = fc.oneof(fc.constantFrom(0, 1, 2, 16, 2048, 32768, 0.5, -1, Number.NaN, Infinity), fc.nat(100_000));
const flag: fc.Arbitrary<[string, FlagValue]> = fc.oneof(
  fc.tuple(
    fc.constantFrom("max-num-seqs", "max-num-batched-tokens", "tensor-parallel-size"),
    fc.integer({ min: 1, max: 4096 }),
  ),
  fc.tuple(
    fc.constant("max-model-len"),
    fc.oneof(fc.integer({ min: 1, max: 200_000 }), fc.constantFrom("32k", "32K", "auto", "-1")),
  ),
  fc.tuple(fc.constant("gpu-memory-utilization"), fc.double({ min: 0.05, max: 1, noNaN: true })),
  fc.tuple(
    fc.constantFrom("enforce-eager", "no-async-scheduling", "trust-remote-code", "calculate-kv-scales"),
    fc.boolean(),
  ),
  fc.tuple(
    fc.constantFrom("quantization", "kv-cache-dtype", "dtype", "distributed-executor-backend"),
    fc.constantFrom("awq", "fp8", "half", "ray", "mp"),
  ),
  fc.tuple(fc.constantFrom("tokenizer", "revision", "load-format"), fc.constantFrom("a", "b")),
  fc.tuple(fc.constantFrom("kv-offloading-size", "master-port"), fc.integer({ min: 1, max: 65535 })),
);
const flags = fc.array(flag, { maxLength: 8 }).map((entries) => Object.fromEntries(entries));
const env = fc.dictionary(
  fc.constantFrom("VLLM_CPU_KVCACHE_SPACE", "NCCL_P2P_DISABLE", "MINE"),
  fc.constantFrom("0", "1", "8", "x"),
);
const profiles: fc.Arbitrary<Profile> = fc
  .record({ flags, env, maxCrashes: fc.nat(6), startTimeoutSeconds: fc.integer({ min: 10, max: 3600 }) })
  .map((change) => ({ ...aProfile(), ...change }));

const factNames = [
  ...["freeGiB", "totalGiB", "otherProcessGiB", "estimatedMaxLen", "maxModelLen", "neededGiB", "availableGiB"],
  ...["modelMaxLen", "maxNumSeqs", "wantedUtilization", "tensorParallel", "gpus", "timeoutSeconds", "shmBytes"],
];
const diagnosisFacts = fc.record({
  numbers: fc.dictionary(fc.constantFrom(...factNames), number),
  flag: fc.constantFrom("--calculate-kv-scales", "--trust-remote-code", "--tokenizer", "--max-num-seqs", "--nowhere"),
  dtype: fc.constantFrom("bfloat16", "float16", "fp8e4nv"),
});
const remedy = fc.record({
  text: fc.constant("Do so"),
  change: fc.oneof(fc.constant(null), fc.record({ flags }, { requiredKeys: [] }), fc.record({ env })),
});
const diagnoses: fc.Arbitrary<Diagnosis> = fc
  .record({
    cause: fc.constantFrom(...engineCauses),
    confidence: fc.constantFrom("high", "medium", "low"),
    found: diagnosisFacts,
    remedies: fc.array(remedy, { maxLength: 3 }),
  })
  .map(({ cause, confidence, found, remedies }) =>
    aDiagnosis(cause, {
      confidence,
      facts: { ...found.numbers, flag: found.flag, dtype: found.dtype },
      remedies: remedies.map(({ text, change }) => ({
        text,
        change: change,
      })),
    }),
  );
const falls = fc.record({
  diagnosis: diagnoses,
  wasReady: fc.boolean(),
  answersSaved: fc.oneof(fc.constant(0), fc.nat(199), fc.constant(200)),
  isolating: fc.boolean(),
  foundOut: fc.boolean(),
  afterMs: fc.constantFrom(0, 1000, 60_000, 3_600_000),
});
const facts: fc.Arbitrary<LadderFacts> = fc.record({
  chosenByUser: fc
    .subarray(["max-num-seqs", "gpu-memory-utilization", "calculate-kv-scales"])
    .map((names) => new Set(names)),
  knownFlags: fc.constantFrom(null, new Set(["max-num-seqs", "enforce-eager", "max-model-len"])),
  modelLimit: fc.option(fc.integer({ min: 1, max: 200_000 })),
  neededLen: fc.option(fc.integer({ min: 1, max: 50_000 })),
  attentionHeads: fc.option(fc.integer({ min: 1, max: 128 })),
  gpuCount: fc.option(fc.nat(8)),
  worked: fc.constant(null),
  gpuMemory: fc.option(fc.record({ freeGiB: fc.nat(80), totalGiB: fc.integer({ min: 80, max: 96 }) })),
});

/** More falls than any ladder has rungs. */
const ENOUGH = 40;
/** Within one budget; as many for deaths that are put down to requests, which an answer begins anew. */
const MOST_LAUNCHES = 16;
/** The first time, and the most that any rule tries the same settings again for one cause. */
const MOST_OF_THE_SAME = 1 + 3;

const manyFalls = fc.oneof(
  fc.array(falls, { minLength: ENOUGH, maxLength: ENOUGH }),
  // One cause for ever, which goes deepest into its own ladder.
  falls.map((fall) => Array<Fall>(ENOUGH).fill(fall)),
);

function check(property: (climbed: Climb, profile: Profile, world: LadderFacts) => void): void {
  fc.assert(
    fc.property(profiles, manyFalls, facts, (profile, sequence, world) => {
      property(climb(profile, sequence, world), profile, world);
    }),
    { numRuns: 400 },
  );
}

describe("whatever happens, in whatever order", () => {
  test("the ladder ends, with a reason, and each launch beyond has an answer to show", () => {
    check(({ launches, crashes, reason }) => {
      let [ofEngine, barren] = [0, 0];
      for (const { explained, answersSaved } of crashes) {
        if (answersSaved >= 200) ofEngine = 0;
        if (answersSaved > 0) barren = 0;
        if (explained !== true) ofEngine += 1;
        else if (answersSaved === 0) barren += 1;
        expect(ofEngine).toBeLessThanOrEqual(MOST_LAUNCHES + 1);
        expect(barren).toBeLessThanOrEqual(MOST_LAUNCHES);
      }
      if (launches.length < crashes.length) expect(reason).toMatch(/\w.*\.$/s);
      else expect(crashes.some(({ answersSaved }) => answersSaved > 0)).toBe(true);
    });
  });

  test("an engine that answers nothing ends, whatever else is told of it", () => {
    const barren = manyFalls.map((sequence) => sequence.map((fall) => ({ ...fall, answersSaved: 0 })));
    fc.assert(
      fc.property(profiles, barren, facts, (profile, sequence, world) => {
        expect(climb(profile, sequence, world).reason).not.toBeNull();
      }),
      { numRuns: 400 },
    );
  });

  test("each rung changes one setting or none, and exactly what it says", () => {
    check(({ launches }, profile) => {
      let before = profile;
      for (const [index, { profile: after, rung }] of launches.entries()) {
        expect(rung.number).toBe(index + 1);
        expect(rung.diff.length).toBeLessThanOrEqual(1);
        expect(differences(before, after)).toEqual(rung.diff.map(({ setting }) => setting));
        before = after;
      }
    });
  });

  test("the same settings that do not start are tried at most three times more for a cause", () => {
    check(({ crashes }) => {
      const counts = new Map<string, number>();
      for (const { wasReady, diagnosis, profile, answersSaved } of crashes) {
        if (wasReady || answersSaved > 0) continue;
        const key = diagnosis.cause + JSON.stringify([profile.flags, profile.env, profile.startTimeoutSeconds]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      for (const count of counts.values()) expect(count).toBeLessThanOrEqual(MOST_OF_THE_SAME);
    });
  });

  test("the model and what code runs for it stay as they are", () => {
    check(({ launches }, profile) => {
      for (const { profile: after } of launches) {
        for (const name of untouchable) expect(after.flags[name]).toEqual(profile.flags[name]);
        const { model, vllm, engine, servedModelName, maxCrashes, hangSeconds } = after;
        expect(profile).toMatchObject({ model, vllm, engine, servedModelName, maxCrashes, hangSeconds });
        expect(after.env["MINE"]).toBe(profile.env["MINE"]);
      }
    });
  });

  test("what a person chose is not taken away, and the context not made shorter than the work needs", () => {
    check(({ launches }, profile, { chosenByUser, neededLen }) => {
      const share = profile.flags["gpu-memory-utilization"];
      for (const { profile: after, rung } of launches) {
        for (const name of chosenByUser) if (name in profile.flags) expect(after.flags).toHaveProperty(name);
        const [change] = rung.diff;
        if (change?.setting === "--max-model-len") expect(change.after).toBeGreaterThanOrEqual(neededLen ?? 1);
        if (chosenByUser.has("gpu-memory-utilization") && typeof share === "number") {
          expect(after.flags["gpu-memory-utilization"]).toBeLessThanOrEqual(share);
        }
      }
    });
  });
});

test("with good service in between, there are no more launches than deaths, and each that served is answered at once", () => {
  const served = falls.map((fall) => ({
    ...fall,
    wasReady: true,
    answersSaved: 200,
    diagnosis: aDiagnosis("worker_died"),
  }));
  fc.assert(
    fc.property(profiles, fc.array(served, { maxLength: 60 }), facts, (profile, sequence, world) => {
      const { launches, reason } = climb({ ...profile, maxCrashes: 1 }, sequence, world);
      expect(reason).toBeNull();
      expect(launches.every(({ waitMs }) => waitMs === 0)).toBe(true);
    }),
  );
});

function differences(before: Profile, after: Profile): string[] {
  const text = (value: unknown) => JSON.stringify(value ?? null);
  const names = (a: object, b: object) => [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const ofFlags = names(before.flags, after.flags).filter(
    (name) => text(before.flags[name]) !== text(after.flags[name]),
  );
  const ofEnv = names(before.env, after.env).filter((name) => before.env[name] !== after.env[name]);
  const timeout = before.startTimeoutSeconds === after.startTimeoutSeconds ? [] : ["startTimeoutSeconds"];
  return [...ofFlags.map((name) => `--${name}`), ...ofEnv, ...timeout];
}
