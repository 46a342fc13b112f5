import { describe, expect, test } from "vitest";
import { engineCauses } from "../../../../server/src/protocol/engine.ts";
import { judgeFailure } from "../../../../server/src/engine/tune/contextFailure.ts";
import { aDiagnosis } from "../../../support/engine/crash.ts";

const atStart = { length: 8192, wasReady: false };

describe("a start that failed", () => {
  test("for want of KV cache is too long, with what vLLM says has room", () => {
    const diagnosis = aDiagnosis("kv_cache_too_small_for_max_len", { facts: { estimatedMaxLen: 2048 } });
    expect(judgeFailure(diagnosis, atStart)).toEqual({
      outcome: { kind: "tooLong", length: 8192, most: 2048 },
      hint: 2048,
    });
  });

  test("with an advice that is reckoned from rounded numbers takes it for a hint and for no limit", () => {
    const remedies = [{ text: "Shorter.", change: { flags: { "max-model-len": 1984 } } }];
    const diagnosis = aDiagnosis("kv_cache_too_small_for_max_len", { facts: {}, remedies });
    expect(judgeFailure(diagnosis, atStart)).toEqual({
      outcome: { kind: "tooLong", length: 8192, most: null },
      hint: 1984,
    });
  });

  test("with the model's own length, which only the log knows", () => {
    const diagnosis = aDiagnosis("kv_cache_too_small_for_max_len", { facts: { maxModelLen: 32_768 } });
    expect(judgeFailure(diagnosis, { length: null, wasReady: false })).toMatchObject({ outcome: { length: 32_768 } });
  });

  test("above the model's length goes on with that", () => {
    const diagnosis = aDiagnosis("max_len_exceeds_model", { facts: { modelMaxLen: 4096.0 } });
    expect(judgeFailure(diagnosis, atStart)).toMatchObject({ outcome: { most: 4096 }, hint: 4096 });
  });

  test("for any other reason is not made better by a shorter context", () => {
    const helped = engineCauses.filter((cause) => judgeFailure(aDiagnosis(cause), atStart).outcome.kind === "tooLong");
    expect(helped).toEqual([
      "gpu_oom_runtime",
      "kv_cache_too_small_for_max_len",
      "max_len_exceeds_model",
      "host_oom_killed",
    ]);
  });
});

test("an engine that dies under load is too long for it, whatever the log says", () => {
  for (const cause of engineCauses) {
    const { outcome } = judgeFailure(aDiagnosis(cause), { length: 8192, wasReady: true });
    expect(outcome).toEqual({ kind: "tooLong", length: 8192, most: null });
  }
});
