import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBar } from "../../../../server/src/engine/start/progressBar.ts";
import { readStartLine } from "../../../../server/src/engine/start/startLine.ts";

describe("how far a start is", () => {
  test.each([
    ["INFO 04-25 12:00:00 [__init__.py:239] Automatically detected platform cuda.", "configuring", null, null],
    ["INFO 04-25 12:00:00 [api_server.py:1043] vLLM API server version 0.8.5", "configuring", null, null],
    [
      "(APIServer pid=9) INFO 11-21 12:00:00 [utils.py:299] vLLM server version 0.32.0, serving model tiny",
      "configuring",
      null,
      null,
    ],
    ["(APIServer pid=9) INFO 11-21 12:00:00 [model.py:1792] Using max model len 512", "configuring", null, null],
    ["INFO 01-15 10:00:00 config.py:542] Resolved architecture: LlamaForCausalLM", "configuring", null, null],
    [
      "INFO 04-25 12:00:10 [gpu_model_runner.py:1329] Starting to load model meta-llama/Llama-3.1-8B...",
      "configuring",
      null,
      null,
    ],
    ["Fetching 4 files:  25%|██▌       | 1/4 [00:10<00:30, 10.00s/it]", "downloading", 1, 4],
    [
      "model-00001-of-00004.safetensors:  12%|█▏        | 587M/4.98G [00:10<01:20, 54.3MB/s]",
      "downloading",
      null,
      null,
    ],
    ["config.json: 100%|██████████| 659/659 [00:00<00:00, 5.11MB/s]", "downloading", null, null],
    ["tokenizer.json: 9.09MB [00:00, 50.1MB/s]", "downloading", null, null],
    ["Loading safetensors checkpoint shards:  50% Completed | 2/4 [00:01<00:01,  1.33it/s]", "loading", 2, 4],
    [
      "(EngineCore_DP0 pid=300) Loading safetensors checkpoint shards:   1% Completed | 1/60 [00:36<35:34, 36.19s/it]",
      "loading",
      1,
      60,
    ],
    [
      "(VllmWorker rank=0 pid=77) INFO 04-25 12:00:10 [loader.py:458] Loading weights took 3.55 seconds",
      "loading",
      null,
      null,
    ],
    [
      "(Worker_TP0 pid=77) INFO 11-21 12:00:10 [gpu_model_runner.py:5348] Model loading took 14.99 GiB memory and 5.1 seconds",
      "loading",
      null,
      null,
    ],
    [
      "(EngineCore pid=7) INFO 11-21 12:00:10 [backends.py:904] Dynamo bytecode transform time: 4.02 s",
      "compiling",
      null,
      null,
    ],
    [
      "(EngineCore pid=7) INFO 11-21 12:00:10 [backends.py:350] Compiling a graph for compile range (1, 2048) takes 11.02 s",
      "compiling",
      null,
      null,
    ],
    ["INFO 04-25 12:00:20 [monitor.py:33] torch.compile takes 31.20 s in total", "compiling", null, null],
    [
      "(EngineCore pid=7) INFO 11-21 12:00:10 [gpu_worker.py:480] Available KV cache memory: 9.81 GiB",
      "kvCache",
      null,
      null,
    ],
    ["INFO 04-25 12:00:21 [kv_cache_utils.py:634] GPU KV cache size: 162,704 tokens", "kvCache", null, null],
    [
      "(EngineCore pid=7) INFO 11-21 12:00:10 [kv_cache_utils.py:2078] CPU KV cache size: 71,424 tokens",
      "kvCache",
      null,
      null,
    ],
    ["Capturing CUDA graph shapes:  33%|███▎      | 22/67 [00:05<00:11,  3.90it/s]", "graphs", 22, 67],
    [
      "(EngineCore pid=95) Capturing CUDA graphs (mixed prefill-decode, PIECEWISE): 100%|██████████| 67/67 [00:06<00:00, 11.17it/s]",
      "graphs",
      67,
      67,
    ],
    [
      "INFO 11-21 12:00:50 [core.py:352] init engine (profile, create kv cache, warmup model) took 30.02 seconds",
      "serving",
      null,
      null,
    ],
    ["INFO:     Application startup complete.", "serving", null, null],
    ["(APIServer pid=9) INFO:     Waiting for application startup.", "serving", null, null],
  ] as const)("%s", (line, phase, done, total) => {
    expect(readStartLine(line)).toEqual({ phase, done, total });
  });

  test.each([
    "",
    "(EngineCore pid=7) INFO 11-21 12:01:00 [shm_broadcast.py:681] No available shared memory broadcast block found in 60 seconds. This typically happens when some processes are hanging or doing some time-consuming work (e.g. compilation, weight/kv cache quantization).",
    "ValueError: To serve at least one request with the model's max seq len (65536), (4.50 GiB KV cache is needed, which is larger than the available KV cache memory (4.03 GiB).",
    "(Worker_TP0 pid=311) ERROR 02-09 11:02:13 [gpu_model_runner.py:4113] Failed to load model - not enough GPU memory.",
    "(EngineCore pid=7) ERROR 11-21 12:00:50 [core.py:1330] EngineCore failed to start.",
    'INFO 11-21 12:02:00 [logger.py:39] Received request 1: prompt: "Loading safetensors checkpoint shards: 50% Completed | 2/4"',
  ])("is not said by: %s", (line) => {
    expect(readStartLine(line)).toBeNull();
  });

  test("is read in any text, without an error", () => {
    const pieces = fc.constantFrom(
      "(",
      ")",
      "INFO ",
      "11-21 12:00:00 ",
      "[a.py:1] ",
      "Loading safetensors ",
      "50%",
      "|",
      " 2/4",
      " [",
      ".json: ",
      "Maximum concurrency for ",
      "1,1",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
        const progress = readStartLine(parts.join(""));
        return progress === null || progress.done === null || Number.isInteger(progress.done);
      }),
    );
  });

  test("is read in linear time of what is made to be slow", () => {
    // What is not linear takes minutes, and the test its time-out.
    for (const piece of ["(", "()", "INFO ", "1%", "%|", "|", "[", "1/", "x.json:", ".json", "1,"]) {
      const text = piece.repeat(400_000);
      for (const line of [text, `Fetching ${text}`, `(a) ${text}`]) readStartLine(line);
    }
  });
});

describe("a progress bar", () => {
  test("is the same while only its clock moves", () => {
    const one = readBar("model.safetensors:  12%|█▏        | 587M/4.98G [00:10<01:20, 54.3MB/s]");
    const two = readBar("model.safetensors:  12%|█▏        | 587M/4.98G [09:10<91:20, 0.3MB/s]");
    const three = readBar("model.safetensors:  12%|█▏        | 588M/4.98G [09:11<91:20, 0.3MB/s]");
    expect(one?.key).toBe(two?.key);
    expect(two?.key).not.toBe(three?.key);
  });
});
