import { describe, expect, test } from "vitest";
import { parseServeArguments } from "../../../../server/src/simulator/arguments/parseServeArguments.ts";
import { type Settings, settingsOf } from "../../../../server/src/simulator/arguments/settings.ts";
import { engineLog, startupFaultLog } from "../../../../server/src/simulator/process/failureLog.ts";
import { formatLog } from "../../../../server/src/simulator/process/logFormat.ts";
import { planMemory } from "../../../../server/src/simulator/process/memoryPlan.ts";
import { openingLog } from "../../../../server/src/simulator/process/startupLog.ts";
import { statsLine } from "../../../../server/src/simulator/process/statsLine.ts";

function settings(...argv: string[]): Settings {
  const parsed = parseServeArguments(["m", ...argv]);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return settingsOf(parsed.values, {});
}

describe("memory of the simulated GPU", () => {
  const small = ["--sim-gpu-memory-gib", "24", "--sim-weights-gib", "15"];

  test("what the weights leave becomes KV blocks", () => {
    const plan = planMemory(settings(...small), 0);
    expect(plan).toMatchObject({ kind: "fits", blocks: 3624 });
  });

  test("a context that does not fit is refused with the length that would", () => {
    const plan = planMemory(settings(...small, "--max-model-len", "100k"), 0);
    expect(plan.kind === "no-room" && plan.message).toMatch(
      /max seq len \(100000\), \(12\.21 GiB KV cache .* memory \(7\.08 GiB\)\. .* estimated maximum model length is 57968\./,
    );
  });

  test("no room at all", () => {
    const plan = planMemory(settings("--sim-gpu-memory-gib", "16", "--sim-weights-gib", "15"), 0);
    expect(plan.kind === "no-room" && plan.message).toContain("No available memory for the cache blocks.");
  });

  test("what others hold is missing", () => {
    const plan = planMemory(settings(...small), 20);
    expect(plan.kind === "occupied" && plan.message).toContain(
      "Free memory on device cuda:0 (4.00/24.00 GiB) on startup is less than desired GPU memory utilization (0.92, 22.08 GiB)",
    );
  });

  test("blocks and bytes can be given", () => {
    expect(planMemory(settings("--num-gpu-blocks-override", "999"), 0)).toMatchObject({ blocks: 999 });
    expect(planMemory(settings("--kv-cache-memory-bytes", "2G"), 0)).toMatchObject({ blocks: 1024 });
  });
});

describe("a context against the KV blocks that were given", () => {
  const withBlocks = (length: number) =>
    planMemory(settings("--num-gpu-blocks-override", "9", "--block-size", "128", "--max-model-len", `${length}`), 0);

  test("has room in whole blocks, less the one that is kept back", () => {
    expect(withBlocks(1024).kind).toBe("fits");
    const plan = withBlocks(1025);
    expect(plan.kind === "no-room" && plan.message).toContain("the estimated maximum model length is 1024.");
  });

  test("not even one block: no length is named", () => {
    const plan = planMemory(settings("--num-gpu-blocks-override", "1"), 0);
    expect(plan.kind === "no-room" && plan.message).toContain("No available memory for the cache blocks.");
  });
});

describe("log", () => {
  const at = new Date(2026, 10, 21, 7, 5, 9);

  test("each line of a message has vLLM's prefix", () => {
    expect(formatLog("EngineCore", 7, "ERROR", at, "core.py:1", "a\nb")).toBe(
      "(EngineCore pid=7) ERROR 11-21 07:05:09 [core.py:1] a\n(EngineCore pid=7) ERROR 11-21 07:05:09 [core.py:1] b",
    );
  });

  test("the arguments are logged in Python's way, without the key", () => {
    const [, entry] = openingLog(settings("--api-key", "secret", "--enforce-eager", "--max-num-seqs", "8"));
    expect(entry?.message).toBe(
      "non-default args: {'model_tag': 'm', 'model': 'm', 'api_key': '***', 'enforce_eager': True, 'max_num_seqs': 8}",
    );
  });

  test("a start that is told to fail says why, as the real one does", () => {
    const text = (fault: Parameters<typeof startupFaultLog>[0]) =>
      startupFaultLog(fault, settings(), 1)
        .map((entry) => entry.message)
        .join("\n");
    expect(text({ kind: "out-of-memory" })).toMatch(/torch\.OutOfMemoryError: CUDA out of memory\. Tried to allocate/);
    expect(text({ kind: "kv-cache-too-small", estimatedMaxModelLen: 777 })).toContain("model length is 777.");
    expect(text({ kind: "exit", exitCode: 1, log: ["one", "two"] })).toBe("one\ntwo");
  });

  test("the last words of a crash are errors of the engine, one for each text", () => {
    expect(engineLog(["RuntimeError: NCCL error", "two\nlines"])).toMatchObject([
      { source: "EngineCore", level: "ERROR", message: "RuntimeError: NCCL error" },
      { source: "EngineCore", level: "ERROR", message: "two\nlines" },
    ]);
  });

  test("the periodic line", () => {
    const zero = { promptTokens: 0, generationTokens: 0, prefixQueries: 0, prefixHits: 0, preemptions: 0 };
    const now = { promptTokens: 241, generationTokens: 74, prefixQueries: 200, prefixHits: 50, preemptions: 2 };
    expect(statsLine(zero, now, { running: 3, waiting: 1, kvUsage: 0.123 }, 10)).toBe(
      "Engine 000: Avg prompt throughput: 24.1 tokens/s, Avg generation throughput: 7.4 tokens/s, Running: 3 reqs, " +
        "Waiting: 1 reqs, Preemptions: 2, GPU KV cache usage: 12.3%, Prefix cache hit rate: 25.0%",
    );
  });
});
