import { describe, expect, test } from "vitest";
import { diagnose } from "../../../../server/src/engine/diagnose/diagnose.ts";
import { engineCauses, type Confidence, type EngineCause } from "../../../../server/src/protocol/engine.ts";
import { nextStep } from "../../../../server/src/engine/recover/nextStep.ts";
import { always, changesOf, climb, type Fall } from "../../../support/engine/climb.ts";
import { aCrash, aDiagnosis, aProfile, someFacts } from "../../../support/engine/crash.ts";

const killed = { code: null, signal: "SIGKILL" } as const;
const profileOf64 = aProfile({ "max-num-seqs": 64 });
const dies = { diagnosis: aDiagnosis("worker_died") };

describe("the budget", () => {
  test.each([0, 1, 3, 5])("allows %d crashes in ten minutes, and no more", (maxCrashes) => {
    const { launches, reason } = climb({ ...aProfile({ "max-model-len": 65536 }), maxCrashes }, always(dies));
    expect(launches).toHaveLength(maxCrashes);
    expect(reason).toContain(`(allowed: ${maxCrashes})`);
  });

  test("forgets crashes that are older than ten minutes", () => {
    const { launches } = climb(aProfile({ "max-model-len": 65536 }), always({ ...dies, afterMs: 4 * 60_000 }));
    expect(launches.length).toBeGreaterThan(3);
  });

  test("begins anew when the engine has saved 200 answers since its start", () => {
    const served = { ...dies, answersSaved: 200 };
    const { launches, reason } = climb(aProfile(), Array<typeof served>(50).fill(served));
    expect(reason).toBeNull();
    expect(launches).toHaveLength(50);
    expect(changesOf({ launches, crashes: [], reason }).every((change) => change === "same")).toBe(true);
  });

  test("does not begin anew for 199", () => {
    const { launches } = climb(aProfile(), always({ ...dies, answersSaved: 199 }));
    expect(launches).toHaveLength(3);
  });

  test("does not count a crash that a single request was to blame for", () => {
    const explained = Array.from({ length: 10 }, () => ({ ...dies, isolating: true }));
    const { launches, reason } = climb(aProfile(), explained);
    expect(reason).toBeNull();
    expect(launches.every(({ waitMs, rung }) => waitMs === 0 && rung.change === null)).toBe(true);
    const mixed = climb(aProfile({ "max-model-len": 65536 }), [...explained, dies, dies, dies, dies]);
    expect(mixed.launches).toHaveLength(13);
    expect(mixed.reason).not.toBeNull();
  });

  test("ends an engine that answers none of the suspects, however few are in flight, and begins anew with an answer", () => {
    const suspected = { ...dies, isolating: true };
    const { launches, reason } = climb(aProfile(), always(suspected));
    expect(launches).toHaveLength(15);
    expect(reason).toContain("died 16 times without an answer");
    const answered = Array.from({ length: 100 }, (_, index) => ({
      ...suspected,
      answersSaved: index % 15 === 0 ? 1 : 0,
    }));
    expect(climb(aProfile(), answered).reason).toBeNull();
  });

  test("takes back the crashes of a request that is found out", () => {
    const found = { ...dies, foundOut: true };
    expect(climb(aProfile({ "max-model-len": 65536 }), [dies, dies, dies, found, dies, dies, dies]).reason).toBeNull();
  });

  test("counts no start that fails, which has its rungs", () => {
    const fails = { diagnosis: aDiagnosis("gpu_oom_runtime"), wasReady: false };
    expect(climb(aProfile({ "max-num-seqs": 64 }), always(fails)).launches.length).toBeGreaterThan(3);
  });

  test("ends an engine that answers a little in each life only when its attempts are used up", () => {
    const slow = { ...dies, answersSaved: 10, afterMs: 3_600_000 };
    const { launches, reason } = climb(aProfile(), always(slow));
    expect(launches).toHaveLength(16);
    expect(reason).toContain("16 attempts");
  });
});

describe("waiting", () => {
  test("not at all after the first death, then 1, 2, 4 … 30 s", () => {
    const fast = { ...aProfile(), maxCrashes: 100 };
    const falls = always({ ...dies, answersSaved: 1, afterMs: 100 });
    const waits = climb(fast, falls).launches.map(({ waitMs }) => waitMs / 1000);
    expect(waits.slice(0, 9)).toEqual([0, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  test("not at all after a death that follows good service", () => {
    const { launches } = climb(aProfile(), [dies, dies, { ...dies, answersSaved: 500 }]);
    expect(launches.map(({ waitMs }) => waitMs)).toEqual([0, 1000, 0]);
  });

  test("not for a start with other settings, which time does not make better", () => {
    const fails = { diagnosis: aDiagnosis("gpu_oom_runtime"), wasReady: false };
    expect(climb(aProfile(), always(fails)).launches.every(({ waitMs }) => waitMs === 0)).toBe(true);
  });

  test("for GPU memory to settle, but not on a CPU; for a port", () => {
    const waits = (cause: "worker_died" | "port_in_use" | "gpu_memory_occupied", gpuCount: number | null) =>
      nextStep({ crashes: [aCrash(cause)], rungs: [], facts: someFacts({ gpuCount }) });
    expect(waits("worker_died", 1)).toMatchObject({ waitFor: "gpuMemory" });
    expect(waits("worker_died", null)).toMatchObject({ waitFor: "gpuMemory" });
    expect(waits("worker_died", 0)).toMatchObject({ waitFor: null });
    expect(waits("gpu_memory_occupied", 0)).toMatchObject({ waitFor: null });
    expect(waits("port_in_use", 1)).toMatchObject({ waitFor: "port" });
  });
});

describe("while suspects are tried", () => {
  const suspected = (cause: EngineCause, confidence: Confidence) =>
    Array.from({ length: 5 }, () => ({ diagnosis: aDiagnosis(cause, { confidence }), isolating: true }));

  test("memory that has evidently run out is still answered with less of it, and no crash is counted", () => {
    const climbed = climb({ ...profileOf64, maxCrashes: 0 }, suspected("gpu_oom_runtime", "high"));
    expect(changesOf(climbed).slice(0, 4)).toEqual([
      "--max-num-seqs 32",
      "--max-num-seqs 16",
      "--max-num-seqs 8",
      "--max-num-batched-tokens 1024",
    ]);
    expect(climbed.reason).toBeNull();
    expect(changesOf(climb(profileOf64, suspected("host_oom_killed", "high")))).toEqual([
      "--max-num-seqs 32",
      "--max-num-seqs 16",
      "VLLM_USE_V2_MODEL_RUNNER 0",
      "same",
      "same",
    ]);
  });

  test("when nothing is left to try, the same again", () => {
    const least = aProfile({ "max-num-seqs": 1, "max-num-batched-tokens": 512, "enforce-eager": true });
    const small = { ...least, flags: { ...least.flags, "gpu-memory-utilization": 0.3 } };
    const climbed = climb(small, suspected("gpu_oom_runtime", "high"));
    expect(changesOf(climbed)).toEqual(Array(5).fill("same"));
  });

  test.each([
    ["gpu_oom_runtime", "medium"],
    ["host_oom_killed", "low"],
    ["worker_died", "high"],
  ] as const)("%s with %s confidence changes nothing", (cause, confidence) => {
    expect(changesOf(climb(profileOf64, suspected(cause, confidence)))).toEqual(Array(5).fill("same"));
  });
});

describe("a cause that is only a guess", () => {
  test.each(engineCauses)("%s: the same settings before any others, and no more than the rule allows", (cause) => {
    const facts = { freeGiB: 8, totalGiB: 24, estimatedMaxLen: 4096, modelMaxLen: 8192, shmBytes: 1 };
    const diagnosis = aDiagnosis(cause, { confidence: "low", facts });
    const falls = [true, false].map(
      (wasReady) => Array(12).fill({ diagnosis, wasReady, afterMs: 3_600_000 }) as Fall[],
    );
    for (const sequence of falls) {
      const tried = changesOf(climb(aProfile({ "max-num-seqs": 64 }), sequence));
      expect(tried[0]).toBe("same");
      const firstChange = tried.findIndex((change) => change !== "same");
      if (firstChange >= 0) expect(tried.slice(firstChange)).not.toContain("same");
    }
  });

  test("a SIGKILL that neither log nor kernel explains: the same, and then less of the machine's memory", () => {
    const diagnosis = diagnose({
      text: "INFO 11-21 23:26:01 [api_server.py:1] Started",
      exit: killed,
      stopRequested: false,
    });
    expect(diagnosis).toMatchObject({ cause: "host_oom_killed", confidence: "low" });
    const cpu = aProfile({}, { VLLM_CPU_KVCACHE_SPACE: "4" });
    const tried = changesOf(climb(cpu, always({ diagnosis, afterMs: 3_600_000 }), someFacts({ gpuCount: 0 })));
    expect(tried.slice(0, 2)).toEqual(["same", "VLLM_CPU_KVCACHE_SPACE 2"]);
  });

  test("a worker that the system killed, with no word of the kernel: the same first", () => {
    const diagnosis = aDiagnosis("host_oom_killed", { confidence: "medium" });
    expect(changesOf(climb(profileOf64, always({ diagnosis })))[0]).toBe("same");
    expect(changesOf(climb(profileOf64, always({ diagnosis: aDiagnosis("host_oom_killed") })))[0]).toBe(
      "--max-num-seqs 32",
    );
  });
});

describe("a rung", () => {
  test("says what it changes, and leaves the profile it came from as it was", () => {
    const profile = aProfile({ "max-num-seqs": 64 });
    const step = nextStep({
      crashes: [aCrash("gpu_oom_runtime", { profile })],
      rungs: [],
      facts: someFacts(),
    });
    expect(step).toMatchObject({
      kind: "launch",
      profile: { flags: { "max-num-seqs": 32 } },
      rung: {
        number: 1,
        cause: "gpu_oom_runtime",
        change: { flags: { "max-num-seqs": 32 } },
        diff: [{ setting: "--max-num-seqs", before: 64, after: 32 }],
      },
    });
    expect(profile.flags).toEqual({ "max-num-seqs": 64 });
  });

  test("does not go back to settings that failed to start", () => {
    const profile = aProfile({ "calculate-kv-scales": true });
    const badFlag = aDiagnosis("bad_flag", { facts: { flag: "--calculate-kv-scales" } });
    const { launches, reason } = climb(profile, [
      { diagnosis: badFlag, wasReady: false },
      {
        diagnosis: aDiagnosis("unknown", { remedies: [{ text: "", change: { flags: { "enforce-eager": true } } }] }),
        wasReady: false,
      },
      { diagnosis: aDiagnosis("unknown"), wasReady: false },
      { diagnosis: aDiagnosis("bad_flag", { facts: { flag: ["--enforce-eager"] } }), wasReady: false },
    ]);
    expect(launches.map(({ rung }) => rung.diff[0]?.setting)).toEqual([
      "--calculate-kv-scales",
      undefined,
      "--enforce-eager",
    ]);
    expect(reason).toContain("nothing left");
  });

  test("follows the advice of the diagnosis when its own are used up, as far as it may", () => {
    const remedies = [
      { text: "Two at once", change: { flags: { "max-num-seqs": 4, "enforce-eager": true } } },
      { text: "Trust it", change: { flags: { "trust-remote-code": true } } },
      { text: "Take more", change: { flags: { "max-num-seqs": 512 } } },
      { text: "Do without prefix caching", change: { flags: { "no-enable-prefix-caching": true } } },
    ];
    const fails = { diagnosis: aDiagnosis("unknown", { remedies }), wasReady: false };
    expect(changesOf(climb(aProfile({ "max-num-seqs": 8 }), always(fails)))).toEqual([
      "same",
      "--enforce-eager true",
      "--no-enable-prefix-caching true",
    ]);
  });
});

test("what is set already is no rung", () => {
  const remedies = [{ text: "Go eager", change: { flags: { "enforce-eager": true } } }];
  const falls = always({ diagnosis: aDiagnosis("clean_stop", { remedies }), afterMs: 3_600_000 });
  expect(changesOf(climb(aProfile({ "enforce-eager": true }), falls))).toEqual(["same"]);
});

test("the reason says what happened, what was tried and what to do", () => {
  const diagnosis = aDiagnosis("gpu_oom_weights", {
    summary: "The weights do not fit: 23.1 of 24 GiB are in use",
    remedies: [{ text: "Take a quantized checkpoint", change: null }],
  });
  const { reason } = climb(aProfile(), always({ diagnosis, wasReady: false }), someFacts({ gpuCount: 2 }));
  expect(reason).toBe(
    "The weights do not fit: 23.1 of 24 GiB are in use. There is nothing left to try. " +
      "Tried: --tensor-parallel-size 2. Take a quantized checkpoint.",
  );
});

describe("settings that worked before", () => {
  const worked = {
    ...{ model: "acme/tiny", gpus: [], vllm: "0.32.0", driver: null, at: "2026-11-21T23:27:00.000Z" },
    profile: aProfile({ "max-num-seqs": 8 }, { HF_TOKEN: "hf_old" }),
  };
  const needsPerson = [{ diagnosis: aDiagnosis("disk_full", { summary: "The disk is full" }), wasReady: false }];
  const failed = aProfile({ "max-num-seqs": 64 }, { HF_TOKEN: "hf_new" });

  test("are offered when the engine is given up, with what is different in them, and no secrets", () => {
    expect(climb(failed, needsPerson, someFacts({ worked })).reason).toBe(
      "The disk is full. Another start would end the same way. These settings worked on 2026-11-21: " +
        "--max-num-seqs: 64 → 8; HF_TOKEN: (one value) → (another value). Go back with: vllm-batch engine restore.",
    );
  });

  test("are not offered when they are those that failed, from the start or as a rung", () => {
    const same = { ...worked.profile, flags: { ...worked.profile.flags, "enforce-eager": false } };
    expect(climb(same, needsPerson, someFacts({ worked })).reason).not.toContain("worked on");
    const sixteen = { ...worked, profile: aProfile({ "max-num-seqs": 8 }) };
    const runsOut = always({ diagnosis: aDiagnosis("gpu_oom_runtime") });
    expect(climb(aProfile({ "max-num-seqs": 16 }), runsOut, someFacts({ worked: sixteen })).reason).not.toContain(
      "worked on",
    );
  });

  test("that differ in much are told in part", () => {
    const flags = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
    const reason = climb(
      aProfile(),
      needsPerson,
      someFacts({ worked: { ...worked, profile: aProfile(flags) } }),
    ).reason;
    expect(reason).toContain("--d: not set → 4; and 2 more. Go back");
  });
});

test("without a crash there is nothing to do", () => {
  expect(nextStep({ crashes: [], rungs: [], facts: someFacts() }).kind).toBe("giveUp");
});
