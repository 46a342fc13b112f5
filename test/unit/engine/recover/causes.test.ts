import { describe, expect, test } from "vitest";
import type { EngineCause, Profile } from "../../../../server/src/protocol/engine.ts";
import type { LadderFacts } from "../../../../server/src/engine/recover/ladderTypes.ts";
import { always, changesOf, climb } from "../../../support/engine/climb.ts";
import { aDiagnosis, aProfile, someFacts } from "../../../support/engine/crash.ts";

interface Situation {
  profile?: Profile;
  facts?: Record<string, number | string | boolean>;
  world?: Partial<LadderFacts>;
  remedies?: Parameters<typeof aDiagnosis>[1];
}

/** What is tried when the engine does not start for this cause, over and over. */
function atStart(cause: EngineCause, { profile = aProfile(), facts = {}, world, remedies }: Situation = {}): string[] {
  const diagnosis = aDiagnosis(cause, { facts, ...remedies });
  return changesOf(climb(profile, always({ diagnosis, wasReady: false }), someFacts(world)));
}

/** The same for an engine that dies after it was ready, so seldom that the budget does not end it. */
function atWork(cause: EngineCause, { profile = aProfile(), facts = {}, world, remedies }: Situation = {}): string[] {
  const diagnosis = aDiagnosis(cause, { facts, ...remedies });
  return changesOf(climb(profile, always({ diagnosis, afterMs: 3_600_000 }), someFacts(world)));
}

describe("GPU memory", () => {
  test("occupied: waits for it to settle, then takes only what is free", () => {
    const occupied = { facts: { freeGiB: 12.61, totalGiB: 15.47 } };
    expect(atStart("gpu_memory_occupied", occupied)).toEqual(["same", "--gpu-memory-utilization 0.79"]);
    expect(atStart("gpu_memory_occupied")).toEqual(["same"]);
  });

  test("occupied to the last: does not ask for a share that no model fits into", () => {
    expect(atStart("gpu_memory_occupied", { facts: { freeGiB: 1.87, totalGiB: 79.18 } })).toEqual(["same"]);
  });

  test("the weights do not fit: more GPUs where there are some, as far as the heads divide", () => {
    expect(atStart("gpu_oom_weights")).toEqual([]);
    expect(atStart("gpu_oom_weights", { world: { gpuCount: 8, attentionHeads: 12 } })).toEqual([
      "--tensor-parallel-size 2",
      "--tensor-parallel-size 4",
    ]);
    expect(atStart("gpu_oom_weights", { facts: { otherProcessGiB: 27.1 } })).toEqual(["same"]);
  });

  test("runs out: fewer sequences, fewer tokens per step, a smaller share, eager, then fewer sequences down to one", () => {
    const profile = aProfile({ "max-num-seqs": 64, "max-num-batched-tokens": 4096, "gpu-memory-utilization": 0.9 });
    expect(atWork("gpu_oom_runtime", { profile })).toEqual([
      "--max-num-seqs 32",
      "--max-num-seqs 16",
      "--max-num-seqs 8",
      "--max-num-batched-tokens 2048",
      "--max-num-batched-tokens 1024",
      "--gpu-memory-utilization 0.85",
      "--gpu-memory-utilization 0.8",
      "--enforce-eager true",
      "--max-num-seqs 4",
      "--max-num-seqs 2",
      "--max-num-seqs 1",
    ]);
  });

  test("runs out with vLLM's defaults: begins at what they are for the card", () => {
    expect(atStart("gpu_oom_runtime")[0]).toBe("--max-num-seqs 128");
    expect(atStart("gpu_oom_runtime", { facts: { totalGiB: 79.2 } })[0]).toBe("--max-num-seqs 512");
    expect(atStart("gpu_oom_runtime", { facts: { maxNumSeqs: 300 } })[0]).toBe("--max-num-seqs 150");
  });

  test("no chunked prefill: fewer tokens per step would not start", () => {
    const profile = aProfile({ "max-num-seqs": 1, "no-enable-chunked-prefill": true });
    expect(atStart("gpu_oom_runtime", { profile }).join()).not.toContain("batched");
  });
});

describe("the KV cache", () => {
  const old = { maxModelLen: 65536, neededGiB: 4.5, availableGiB: 4.03 };
  const small = { ...old, estimatedMaxLen: 58660 };

  test("too small for a request: the length that vLLM estimated, in whole blocks", () => {
    expect(atStart("kv_cache_too_small_for_max_len", { facts: small })[0]).toBe("--max-model-len 58656");
  });

  test("an old version without an estimate: what the memory is enough for", () => {
    expect(atStart("kv_cache_too_small_for_max_len", { facts: old })[0]).toBe("--max-model-len 55744");
  });

  test("never shorter than the requests are: then more room is made instead", () => {
    const profile = aProfile({ "gpu-memory-utilization": 0.7 });
    const tried = atStart("kv_cache_too_small_for_max_len", { profile, facts: small, world: { neededLen: 60000 } });
    expect(tried.join()).not.toContain("max-model-len");
    expect(tried[0]).toBe("--gpu-memory-utilization 0.75");
    const exact = atStart("kv_cache_too_small_for_max_len", { facts: small, world: { neededLen: 58659 } });
    expect(exact[0]).toBe("--max-model-len 58659");
  });

  test("no memory for it: a larger share, unless a person chose it or others hold the rest", () => {
    const profile = aProfile({ "gpu-memory-utilization": 0.7, "max-num-seqs": 256 });
    expect(atStart("no_kv_cache_memory", { profile })).toEqual([
      "--gpu-memory-utilization 0.75",
      "--gpu-memory-utilization 0.8",
      "--max-num-batched-tokens 1024",
      "--max-num-batched-tokens 512",
      "--enforce-eager true",
      "--max-num-seqs 128",
      "--max-num-seqs 64",
    ]);
    const chosen = { chosenByUser: new Set(["gpu-memory-utilization"]) };
    expect(atStart("no_kv_cache_memory", { profile, world: chosen })[0]).toBe("--max-num-batched-tokens 1024");
    const full = { gpuMemory: { freeGiB: 17, totalGiB: 24 } };
    expect(atStart("no_kv_cache_memory", { profile, world: full })[0]).toBe("--max-num-batched-tokens 1024");
    expect(atStart("no_kv_cache_memory", { profile, world: { gpuCount: 0 } })[0]).toBe("--max-num-batched-tokens 1024");
  });
});

describe("deaths", () => {
  test("a worker: the same, no asynchronous scheduling, the other executor, a shorter context", () => {
    const profile = aProfile({ "max-model-len": "32K" });
    const ladder = [
      "same",
      "--no-async-scheduling true",
      "--distributed-executor-backend mp",
      "--max-model-len 16384",
      "--max-model-len 8192",
    ];
    expect(atWork("worker_died", { profile })).toEqual(ladder);
    expect(atWork("exit0_after_engine_death", { profile })).toEqual(ladder);
    expect(atWork("unknown", { profile })).toEqual(ladder);
  });

  test("with several GPUs there is no other executor, and Ray is never chosen but left", () => {
    const two = aProfile({ "tensor-parallel-size": 2 });
    expect(atWork("worker_died", { profile: two })).toEqual(["same", "--no-async-scheduling true"]);
    const ray = aProfile({ "tensor-parallel-size": 2, "distributed-executor-backend": "ray" });
    expect(atWork("worker_died", { profile: ray })[2]).toBe("--distributed-executor-backend mp");
  });

  test("on the CPU build, where neither can be changed, without compilation", () => {
    expect(atWork("worker_died", { world: { gpuCount: 0 } })).toEqual(["same", "--enforce-eager true"]);
  });

  test("the context never gets shorter than the requests are", () => {
    const tried = atWork("worker_died", { world: { gpuCount: 0, modelLimit: 8192, neededLen: 5000 } });
    expect(tried).toContain("--max-model-len 5000");
    expect(tried.filter((one) => one.includes("max-model-len"))).toHaveLength(1);
  });

  test("a hang: the same, NCCL's all-reduce with several GPUs, no asynchronous scheduling, eager", () => {
    expect(atWork("engine_hang")).toEqual(["same", "--no-async-scheduling true", "--enforce-eager true"]);
    expect(atWork("engine_hang", { profile: aProfile({ "tensor-parallel-size": 2 }) })[1]).toBe(
      "--disable-custom-all-reduce true",
    );
  });

  test("NCCL: first what is known to help at start", () => {
    const profile = aProfile({ "tensor-parallel-size": 2 });
    expect(atStart("nccl_error", { profile })).toEqual([
      "NCCL_P2P_DISABLE 1",
      "--disable-custom-all-reduce true",
      "NCCL_CUMEM_HOST_ENABLE 0",
      "--enforce-eager true",
    ]);
    expect(atStart("nccl_error", { profile, facts: { shmBytes: 9637888 } })[0]).toBe("NCCL_SHM_DISABLE 1");
    expect(atWork("nccl_error", { profile })[0]).toBe("same");
  });

  test("a GPU fault: the same, then eager", () => {
    expect(atWork("cuda_illegal_access").slice(0, 2)).toEqual(["same", "--enforce-eager true"]);
  });

  test("the machine's memory: what the engine holds there goes first", () => {
    const profile = aProfile({ "kv-offloading-size": 32, "max-num-seqs": 8 }, { VLLM_CPU_KVCACHE_SPACE: "4" });
    expect(atStart("host_oom_killed", { profile })).toEqual([
      "--kv-offloading-size null",
      "VLLM_CPU_KVCACHE_SPACE 2",
      "VLLM_CPU_KVCACHE_SPACE 1",
      "--max-num-seqs 4",
      "--max-num-seqs 2",
    ]);
  });

  test("somebody else stops it: once more, not for ever", () => {
    expect(atWork("clean_stop")).toEqual(["same"]);
  });

  test("an unknown failure at start: once more, eager, and no more", () => {
    expect(atStart("unknown")).toEqual(["same", "--enforce-eager true"]);
  });
});

describe("settings", () => {
  test("a length above the model's own: the model's", () => {
    expect(atStart("max_len_exceeds_model", { facts: { modelMaxLen: 32768 } })).toEqual(["--max-model-len 32768"]);
    expect(atStart("max_len_exceeds_model", { world: { modelLimit: 2048 } })).toEqual(["--max-model-len 2048"]);
    expect(atStart("max_len_exceeds_model")).toEqual([]);
  });

  test("quantization that is not the checkpoint's is dropped, and set only when the diagnosis names it", () => {
    expect(atStart("quantization_mismatch", { profile: aProfile({ quantization: "awq" }) })).toEqual([
      "--quantization null",
    ]);
    expect(atStart("quantization_mismatch")).toEqual([]);
    const remedies = { remedies: [{ text: "Set it", change: { flags: { quantization: "gptq" } } }] };
    expect(atStart("quantization_mismatch", { remedies })).toEqual(["--quantization gptq"]);
    expect(atStart("unknown", { remedies })).toEqual(["same", "--enforce-eager true"]);
  });

  test("a KV cache type that the GPU does not know is dropped", () => {
    const profile = aProfile({ "kv-cache-dtype": "fp8" });
    expect(atStart("quantization_unsupported_gpu", { profile })).toEqual(["--kv-cache-dtype null"]);
    expect(atStart("quantization_unsupported_gpu", { facts: { dtype: "torch.bfloat16" } })).toEqual(["--dtype half"]);
  });

  test("bfloat16 on an old GPU: half; float16 for a model that refuses it: bfloat16", () => {
    expect(atStart("dtype_unsupported_gpu", { facts: { dtype: "Bfloat16" } })).toEqual([
      "--dtype half",
      "--dtype float32",
    ]);
    expect(atStart("dtype_unsupported_gpu", { facts: { dtype: "float16" } })[0]).toBe("--dtype bfloat16");
  });

  test("more parts than GPUs, or parts that do not divide the heads", () => {
    const profile = aProfile({ "tensor-parallel-size": 4 });
    expect(atStart("tensor_parallel_invalid", { profile, facts: { gpus: 2 } })[0]).toBe("--tensor-parallel-size 2");
    const six = { attentionHeads: 6, gpuCount: 8 };
    expect(atStart("tensor_parallel_invalid", { profile, world: six })[0]).toBe("--tensor-parallel-size 3");
    const cpu = { gpuCount: 0 };
    expect(atStart("tensor_parallel_invalid", { profile, world: cpu })[0]).toBe("--tensor-parallel-size 1");
  });

  test("an unknown flag is dropped when it was ours, and left to the person when it was theirs", () => {
    const profile = aProfile({ "calculate-kv-scales": true });
    const facts = { flag: "--calculate-kv-scales" };
    expect(atStart("bad_flag", { profile, facts })).toEqual(["--calculate-kv-scales null"]);
    expect(atStart("bad_flag", { profile, facts, world: { chosenByUser: new Set(["calculate-kv-scales"]) } })).toEqual(
      [],
    );
    expect(atStart("bad_flag", { facts })).toEqual([]);
  });
});

describe("the world around", () => {
  test("a port that is taken: another, three times at most", () => {
    expect(atStart("port_in_use", { facts: { port: 8000 } })).toEqual(["same", "same", "same"]);
    const master = aProfile({ "master-port": 29501 });
    expect(atStart("port_in_use", { profile: master })[0]).toBe("--master-port null");
  });

  test("no network: again twice, then with what is in the cache; offline by setting is not asked again", () => {
    expect(atStart("hub_offline_or_network")).toEqual(["same", "same", "HF_HUB_OFFLINE 1"]);
    expect(atStart("hub_offline_or_network", { facts: { offline: true } })).toEqual([]);
  });

  test("a start that takes too long: once with twice the time, by the timer that ran out", () => {
    expect(atStart("startup_timeout")).toEqual(["startTimeoutSeconds 240"]);
    expect(atStart("startup_timeout", { facts: { timeoutSeconds: 600 } })).toEqual([
      "VLLM_ENGINE_READY_TIMEOUT_S 1200",
      "startTimeoutSeconds 240",
    ]);
  });
});

test.each([
  "gpu_too_old",
  "driver_too_old",
  "no_gpu",
  "model_not_found",
  "model_gated",
  "tokenizer_or_chat_template",
  "architecture_unsupported",
  "trust_remote_code_required",
  "python_import_error",
  "disk_full",
] as const)("%s needs a person: nothing is tried, whatever the diagnosis advises", (cause) => {
  const advice = { "trust-remote-code": true, "max-model-len": 1024 };
  const remedies = Object.entries(advice).map(([name, value]) => ({
    text: name,
    change: { flags: { [name]: value } },
  }));
  expect(atStart(cause, { remedies: { remedies } })).toEqual([]);
  expect(atWork(cause, { remedies: { remedies } })).toEqual([]);
});

test("a mere guess at such a cause is treated as unknown", () => {
  expect(atStart("disk_full", { remedies: { confidence: "low" } })).toEqual(["same", "--enforce-eager true"]);
});

test("flags that this version does not have are not set", () => {
  const known = { knownFlags: new Set(["enforce-eager", "--max-model-len"]), modelLimit: 8192 };
  expect(atWork("worker_died", { world: known })).toEqual(["same", "--max-model-len 4096", "--max-model-len 2048"]);
});
