import { describe, expect, test } from "vitest";
import { diagnose, type DiagnosisInput } from "../../../../server/src/engine/diagnose/diagnose.ts";

const died = { code: 1, signal: null };
const ask = (lines: readonly string[], input: Partial<DiagnosisInput> = {}) =>
  diagnose({ text: lines.join("\n"), exit: died, stopRequested: false, ...input });

const core = "(EngineCore pid=70) ";
const api = "(APIServer pid=7) ";
const record = (source: string, ...lines: string[]) =>
  lines.map((line) => `${core}ERROR 06-14 09:00:00 [${source}] ${line}`);
const failed = (...exception: string[]) =>
  record(
    "core.py:1100",
    "EngineCore failed to start.",
    "Traceback (most recent call last):",
    '  File "/v/core.py", line 1, in run',
    ...exception,
  );
const crashed = (...exception: string[]) =>
  record(
    "core.py:1200",
    "EngineCore encountered a fatal error.",
    "Traceback (most recent call last):",
    '  File "/v/core.py", line 1, in step',
    ...exception,
  );
const wrapper = [
  `${api}Traceback (most recent call last):`,
  `${api}  File "/v/utils.py", line 9, in wait_for_engine_startup`,
  `${api}RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore': 1}`,
];
const dead = [
  `${api}ERROR 06-14 09:00:01 [async_llm.py:700] AsyncLLM output_handler failed.`,
  `${api}ERROR 06-14 09:00:01 [async_llm.py:700] Traceback (most recent call last):`,
  `${api}ERROR 06-14 09:00:01 [async_llm.py:700] vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.`,
];
const ready = `${api}INFO:     Application startup complete.`;
const stop = `${api}INFO 06-14 09:10:00 [launcher.py:104] Shutting down FastAPI HTTP server.`;
const banner = `${api}INFO 06-14 08:00:00 [api_server.py:1] vLLM API server version 0.14.0`;
const report = (generated: number, running = 8) =>
  `${api}INFO 06-14 09:05:00 [loggers.py:1] Engine 000: Avg prompt throughput: ${String(generated)} tokens/s, Avg generation throughput: ${String(generated)} tokens/s, Running: ${String(running)} reqs, Waiting: 3 reqs, Deferred: 2 reqs, GPU KV cache usage: 1.0%`;
const occupied =
  "ValueError: Free memory on device cuda:0 (12.61/15.47 GiB) on startup is less than desired GPU memory utilization (0.92, 14.23 GiB). Decrease GPU memory utilization.";
const oom =
  "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 392.00 MiB. GPU 1 has a total capacity of 23.56 GiB of which 58.88 MiB is free.";

describe("the first failure in time", () => {
  test("wins over what wraps it, and over NCCL's noise after it", () => {
    const noise =
      "[rank0]:[E614 09:00:02.1 ProcessGroupNCCL.cpp:2068] watchdog thread terminated with exception: NCCL error: remote process exited";
    expect(ask([...crashed(oom), noise, ...dead]).cause).toBe("gpu_oom_runtime");
    expect(ask([...failed(occupied), ...wrapper])).toMatchObject({ cause: "gpu_memory_occupied", confidence: "high" });
  });

  test("is found among lines of other processes between those of its traceback", () => {
    const mixed = failed(occupied).flatMap((line) => [
      line,
      "[rank0]: something else",
      `${api}INFO 06-14 09:00:00 [x.py:1] alive`,
    ]);
    expect(ask(mixed).facts).toMatchObject({
      freeGiB: 12.61,
      totalGiB: 15.47,
      wantedUtilization: 0.92,
      wantedGiB: 14.23,
    });
  });

  test("is nothing when only wrappers are left in the tail", () => {
    expect(ask(wrapper)).toMatchObject({ cause: "unknown", confidence: "low" });
  });

  test("counts in the last run only", () => {
    const second = [banner, ...failed("ValueError: Cannot auto-fit max_model_len: not enough GPU memory available")];
    expect(ask([banner, ready, report(5), report(5), ...crashed(oom), ...dead, ...second]).cause).toBe(
      "no_kv_cache_memory",
    );
  });

  describe("of the run before counts", () => {
    const alive = { code: null, signal: null };
    const crash = [banner, ...failed(occupied), ...wrapper];

    test("while the last start tells of nothing, as in the log of a container that is started again and again", () => {
      const { cause, confidence, facts, evidence } = ask([...crash, ...crash, banner], { exit: alive });
      expect({ cause, confidence }).toEqual({ cause: "gpu_memory_occupied", confidence: "medium" });
      expect(facts).toMatchObject({ freeGiB: 12.61 });
      // Of the later one of both.
      expect(evidence[0]?.line).toBe(2 * crash.length - wrapper.length);
    });

    test("also when the engine is back at work, which tells nothing of its end", () => {
      expect(ask([...crash, banner, ready, report(5)], { exit: alive })).toMatchObject({
        cause: "gpu_memory_occupied",
        confidence: "medium",
      });
    });

    test("as a guess when the last start has ended without a word", () => {
      expect(ask([...crash, banner])).toMatchObject({ cause: "gpu_memory_occupied", confidence: "low" });
    });

    test("not when the last one came up and ended, ended well, was stopped, or is the first", () => {
      expect(ask([...crash, banner, ready]).cause).toBe("unknown");
      expect(ask([...crash, banner], { exit: { code: 0, signal: null } }).cause).toBe("unknown");
      expect(ask([...crash, banner], { stopRequested: true }).cause).toBe("clean_stop");
      expect(ask([...crash, banner, ready, stop], { exit: alive }).cause).toBe("clean_stop");
      expect(ask([banner], { exit: alive }).cause).toBe("unknown");
    });

    test("not when that one was stopped, or died without saying of what", () => {
      expect(ask([banner, ready, stop, banner], { exit: alive }).cause).toBe("unknown");
      const { summary } = ask([banner, ready, report(5), ...dead, banner], { exit: alive });
      expect(summary).toBe("The log tells neither of an end nor of a failure.");
    });
  });

  test("that no rule knows is unknown, and what follows from it does not explain it", () => {
    const worker = `${core}ERROR 06-14 09:00:03 [multiproc_executor.py:1] Worker proc VllmWorker-0 died unexpectedly (exit code: -11), shutting down executor.`;
    const { cause, confidence, facts } = ask([ready, ...crashed("AssertionError: blocks"), worker, ...dead]);
    expect({ cause, confidence, exception: facts["exception"] }).toEqual({
      cause: "unknown",
      confidence: "low",
      exception: "AssertionError",
    });
  });
});

describe("what follows from a failure", () => {
  test("does not explain an exception that came before it", () => {
    const nccl = record(
      "multiproc_executor.py:1",
      "WorkerProc hit an exception.",
      "RuntimeError: NCCL error: unhandled system error",
    );
    expect(ask([ready, ...crashed("AssertionError: blocks"), ...nccl, ...dead]).cause).toBe("unknown");
    expect(ask([ready, ...nccl, ...crashed("AssertionError: blocks"), ...dead]).cause).toBe("nccl_error");
  });
});

describe("what looks like one thing and is another", () => {
  const invalid = (message: string) => [
    "Traceback (most recent call last):",
    '  File "/v/config.py", line 1, in create_engine_config',
    "pydantic_core._pydantic_core.ValidationError: 1 validation error for ParallelConfig",
    `  Value error, ${message} [type=value_error]`,
  ];
  const args = (settings: string) => `INFO 06-14 08:00:00 [utils.py:1] non-default args: {${settings}}`;
  const ray = "Unable to load Ray: No module named 'ray'. Ray is required for multi-node inference";

  test("Ray is asked for because there are too few GPUs, unless it was wanted", () => {
    expect(ask([args("'tensor_parallel_size': 4"), ...invalid(ray)])).toMatchObject({
      cause: "tensor_parallel_invalid",
      facts: { tensorParallel: 4 },
    });
    const wanted = args("'tensor_parallel_size': 4, 'distributed_executor_backend': 'ray'");
    expect(ask([wanted, ...invalid(ray)]).cause).toBe("python_import_error");
  });

  test("a name that is not found is the tokenizer's when --tokenizer gave it", () => {
    const missing = [
      "Traceback (most recent call last):",
      "OSError: Incorrect path_or_model_id: '/nope'. Please provide either the path",
    ];
    expect(ask([args("'model': 'a/b', 'tokenizer': '/nope'"), ...missing]).cause).toBe("tokenizer_or_chat_template");
    expect(ask([args("'model': '/nope', 'tokenizer': '/nope'"), ...missing]).cause).toBe("model_not_found");
  });

  test.each([
    ["OSError: [Errno 28] No space left on device: '/dev/shm/psm_1'", "nccl_error"],
    ["OSError: [Errno 28] Auf dem Gerät ist kein Speicherplatz mehr verfügbar: '/dev/shm/psm_1'", "nccl_error"],
    ["OSError: [Errno 28] Auf dem Gerät ist kein Speicherplatz mehr verfügbar: '/tmp/x'", "disk_full"],
    ["OSError: [Errno 122] 超出磁盘限额: '/home/a/x'", "disk_full"],
  ])("%s is %s", (exception, cause) => {
    expect(ask(failed(exception)).cause).toBe(cause);
  });
});

describe("what is settled at the start", () => {
  test("does not end an engine that was serving", () => {
    const odd = "ValueError: max_tokens cannot be used with min_tokens";
    expect(ask(failed(odd)).cause).toBe("bad_flag");
    expect(ask([ready, ...crashed(odd), ...dead]).cause).toBe("unknown");
  });
});

describe("what is no failure", () => {
  test("a request that ended in an exception", () => {
    const request = [
      "Traceback (most recent call last):",
      '  File "/s/starlette/routing.py", line 1, in app',
      "ValueError: odd",
    ];
    expect(ask([ready, report(3), ...request, report(3), ...dead], { exit: { code: 0, signal: null } }).cause).toBe(
      "exit0_after_engine_death",
    );
  });

  test("a setting that was looked at and not taken", () => {
    const note = record(
      "utils.py:1",
      "Ignoring generation_config.json",
      "ValidationError: 1 validation error for GenerationConfig",
    );
    expect(ask(note)).toMatchObject({ cause: "unknown" });
  });

  test("what lies before the part that is looked at", () => {
    const many = Array.from({ length: 20_500 }, (_, at) => `line ${String(at)}`);
    expect(ask([...failed(occupied), ...many]).cause).toBe("unknown");
    expect(ask([...many, ...failed(occupied)]).cause).toBe("gpu_memory_occupied");
  });

  test("a request that failed, advice about memory, and slow compiling", () => {
    const lines = [
      `${core}INFO 06-14 09:00:00 [gpu_worker.py:1] Free memory on device (14.4/14.5 GiB) on startup. Desired GPU memory utilization is (0.9, 13.11 GiB).`,
      ...Array.from(
        { length: 4 },
        () =>
          `${core}INFO 06-14 09:00:00 [shm_broadcast.py:1] No available shared memory broadcast block found in 60 seconds.`,
      ),
      ready,
      `${api}ERROR 06-14 09:01:00 [serving_chat.py:245] Error in preprocessing prompt inputs`,
      `${api}ERROR 06-14 09:01:00 [serving_chat.py:245] Traceback (most recent call last):`,
      `${api}ERROR 06-14 09:01:00 [serving_chat.py:245] ValueError: CUDA out of memory, says a prompt`,
      report(10),
      stop,
    ];
    expect(ask(lines, { exit: { code: 0, signal: null }, stopRequested: true })).toMatchObject({
      cause: "clean_stop",
      confidence: "high",
    });
  });

  test("a stop on request, however loud its end is", () => {
    const loud = [ready, report(10), stop, ...crashed("RuntimeError: cancelled"), ...crashed(oom), ...dead];
    expect(ask(loud, { stopRequested: true }).cause).toBe("clean_stop");
  });

  test("processes that die of the signal a moment before the server tells of the stop", () => {
    const race = [
      ready,
      report(10),
      `${api}ERROR 06-14 09:10:00 [core_client.py:1] Engine core proc EngineCore died unexpectedly, shutting down client.`,
      stop,
    ];
    expect(ask(race, { stopRequested: true }).cause).toBe("clean_stop");
  });

  test("a signal from elsewhere, though with less confidence", () => {
    expect(ask([ready, report(10), stop], { exit: { code: 0, signal: null } })).toMatchObject({
      cause: "clean_stop",
      confidence: "medium",
    });
  });
});

describe("a warm-up that runs out of GPU memory", () => {
  test("is told from the loading of the weights by its words, where the log has only the beginning of that", () => {
    const loading = `${core}INFO 06-14 08:59:00 [gpu_model_runner.py:1] Starting to load model m...`;
    const words =
      "RuntimeError: CUDA out of memory occurred when warming up sampler with 1024 dummy requests. Please try lowering `max_num_seqs` or `gpu_memory_utilization`";
    expect(ask([loading, ...failed(words), ...wrapper]).cause).toBe("gpu_oom_runtime");
  });
});

describe("a stop on request", () => {
  test("does not hide the crash before it", () => {
    const lines = [ready, ...crashed(oom), ...dead, report(0), stop];
    expect(ask(lines, { stopRequested: true }).cause).toBe("gpu_oom_runtime");
  });

  test("does not hide an exception that nobody knows", () => {
    const refused = `(APIServer pid=1) INFO:     127.0.0.1:5050 - "GET /health HTTP/1.1" 503 Service Unavailable`;
    const lines = [ready, ...crashed("AssertionError"), ...Array.from({ length: 40 }, () => refused), stop];
    expect(ask(lines, { stopRequested: true }).cause).toBe("unknown");
  });
});

describe("without a cause in the log", () => {
  test("SIGKILL is most often the host's memory; with low confidence", () => {
    for (const exit of [
      { code: null, signal: "SIGKILL" },
      { code: 137, signal: null },
    ]) {
      expect(ask([ready, report(10)], { exit })).toMatchObject({ cause: "host_oom_killed", confidence: "low" });
    }
    expect(ask([ready, report(10)], { exit: { code: null, signal: "SIGSEGV" } }).cause).toBe("worker_died");
  });

  test("a cause in the log wins over the exit", () => {
    expect(ask(failed(occupied), { exit: { code: null, signal: "SIGKILL" } }).cause).toBe("gpu_memory_occupied");
  });

  test("a dead engine behind exit code 0 is told as that, behind another code it is unknown", () => {
    expect(ask([ready, ...dead], { exit: { code: 0, signal: null } }).cause).toBe("exit0_after_engine_death");
    expect(ask([ready, ...dead], { exit: died }).cause).toBe("unknown");
  });

  test("nothing that moves while requests run is a hang; idle or reading prompts is not", () => {
    const still = { exit: { code: null, signal: null } };
    expect(ask([ready, report(90), ...Array.from({ length: 6 }, () => report(0))], still)).toMatchObject({
      cause: "engine_hang",
      confidence: "high",
      facts: { running: 8, waiting: 3, genThroughput: 0 },
    });
    // vLLM 0.32 tells of it once, and then nothing more.
    expect(ask([ready, report(90), report(0)], still)).toMatchObject({ cause: "engine_hang", confidence: "medium" });
    expect(ask([ready, report(90), report(0)], { exit: died }).cause).toBe("unknown");
    expect(ask([ready, ...Array.from({ length: 6 }, () => report(0, 0))], still).cause).toBe("unknown");
    expect(ask([ready, ...Array.from({ length: 6 }, () => report(0)), report(4)], still).cause).toBe("unknown");
  });
});

describe("the kernel's lines", () => {
  const killed = "Out of memory: Killed process 70 (VLLM::EngineCor) total-vm:1kB, anon-rss:61044812kB, file-rss:1kB";

  test("say who was killed, and only of our own processes", () => {
    expect(ask([`${core}INFO 06-14 09:00:00 [x.py:1] hello`], { kernelLines: [killed] })).toMatchObject({
      cause: "host_oom_killed",
      confidence: "high",
      facts: { killedPid: 70, rssGiB: 58.22 },
    });
    expect(ask([], { kernelLines: ["Out of memory: Killed process 999 (chrome) total-vm:1kB"] }).cause).toBe("unknown");
  });

  test("do not replace a cause that the log tells", () => {
    expect(ask(failed(occupied), { kernelLines: [killed] }).cause).toBe("gpu_memory_occupied");
  });

  test("name the hardware", () => {
    const xid = "NVRM: Xid (PCI:0000:c1:00): 79, pid=70, name=VLLM::Worker_TP, GPU has fallen off the bus.";
    expect(ask([ready, report(9)], { kernelLines: [xid] })).toMatchObject({
      cause: "cuda_illegal_access",
      facts: { xid: 79 },
    });
  });
});

describe("remedies", () => {
  test("are settings with numbers, where they are", () => {
    expect(ask(failed(occupied)).remedies.map((remedy) => remedy.change)).toContainEqual({
      flags: { "gpu-memory-utilization": 0.79 },
    });
    const kv =
      "ValueError: To serve at least one request with the models's max seq len (65536), (4.50 GiB KV cache is needed, which is larger than the available KV cache memory (4.03 GiB). Based on the available memory, the estimated maximum model length is 58656.";
    expect(ask(failed(kv)).remedies[0]?.change).toEqual({ flags: { "max-model-len": 58656 } });
    const heads = "ValueError: Total number of attention heads (24) must be divisible by tensor parallel size (5).";
    expect(ask(failed(heads)).remedies[0]?.change).toEqual({ flags: { "tensor-parallel-size": 4 } });
    expect(ask(["vllm: error: unrecognized arguments: --swap-space 4"]).remedies[0]?.change).toEqual({
      flags: { "swap-space": null },
    });
  });

  test("ask for no share of a GPU on which nothing fits", () => {
    const none = occupied.replace("12.61/15.47", "0.61/15.47");
    expect(ask(failed(none)).remedies.every((remedy) => remedy.change === null)).toBe(true);
  });
});

describe("a log that begins in the middle", () => {
  const memory = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 448.00 MiB.";
  const place = '  File "/v/gpu_worker.py", line 1, in load_model';

  test("takes the place of an error from its second print", () => {
    const again = [`${core}Traceback (most recent call last):`, core + place, core + memory];
    const { cause, confidence } = ask([...record("core.py:1100", memory), ...again, ...wrapper]);
    expect([cause, confidence]).toEqual(["gpu_oom_weights", "high"]);
  });

  test("is not sure whether the weights were loaded when the error stands alone", () => {
    const { cause, confidence } = ask([...record("core.py:1100", memory), ...wrapper]);
    expect([cause, confidence]).toEqual(["gpu_oom_runtime", "medium"]);
  });
});

describe("what users asked and were answered", () => {
  test("is not read for failures", () => {
    const prompt = `INFO 06-14 09:00:00 [logger.py:40] Received request chat-1: prompt: 'Killed process 70 (vllm), Xid, CUDA error: misaligned address'`;
    expect(ask([banner, ready, api + prompt, ...dead], { exit: { code: 0, signal: null } }).cause).toBe(
      "exit0_after_engine_death",
    );
  });
});
