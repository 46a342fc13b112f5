import { describe, expect, test } from "vitest";
import { parseServeArguments } from "../../../../server/src/simulator/arguments/parseServeArguments.ts";
import { settingsOf } from "../../../../server/src/simulator/arguments/settings.ts";

const USAGE = "usage: vllm serve [model_tag] [options]\nvllm serve: error: ";

function refusal(...argv: string[]): string {
  const parsed = parseServeArguments(argv);
  return parsed.kind === "refused" ? parsed.message : "taken";
}

function settings(argv: readonly string[], env: Record<string, string> = {}) {
  const parsed = parseServeArguments(argv);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  return settingsOf(parsed.values, env);
}

describe("what argparse refuses, in its words (vLLM 0.32.0, seen)", () => {
  test.each([
    [["x", "--port", "abc"], "argument --port: invalid int value: 'abc'"],
    [["x", "--port"], "argument --port: expected one argument"],
    [
      ["x", "--dtype", "int3"],
      "argument --dtype: invalid choice: 'int3' (choose from 'auto', 'bfloat16', 'float', 'float16', 'float32', 'half')",
    ],
    [["x", "--max-model-len", "12q"], "argument --max-model-len: invalid human_readable_int_or_auto value: '12q'"],
    [
      ["x", "--gpu-memory-utilization", "high"],
      "argument --gpu-memory-utilization/--device-memory-utilization: invalid float value: 'high'",
    ],
    [
      ["x", "--max-num", "5"],
      "ambiguous option: --max-num could match --max-num-batched-tokens, --max-num-scheduled-tokens, --max-num-seqs, " +
        "--max-num-active-seqs, --max-num-queued-reqs, --max-num-queued-tokens",
    ],
    [["x", "--enforce-eager=3"], "argument --enforce-eager/--no-enforce-eager: ignored explicit argument '3'"],
    [["x", "--served-model-name"], "argument --served-model-name: expected at least one argument"],
  ])("%j", (argv, message) => expect(refusal(...argv)).toBe(USAGE + message));

  test.each([
    [["x", "--bogus"], "--bogus"],
    [["x", "--bogus", "3", "--frob=2"], "--bogus 3 --frob=2"],
    [["x", "y"], "y"],
  ])("unknown: %j", (argv, unknown) => {
    expect(refusal(...argv)).toMatch(/^usage: vllm \[-h\]/);
    expect(refusal(...argv).endsWith(`\nvllm: error: unrecognized arguments: ${unknown}`)).toBe(true);
  });
});

describe("what it takes", () => {
  test("flags in any spelling that argparse knows", () => {
    const read = settings(["m", "--max_num_seqs=8", "--max-model-l", "2K", "-tp", "2", "--no-enable-prefix-caching"]);
    expect(read).toMatchObject({ maxNumSeqs: 8, maxModelLen: 2048, tensorParallelSize: 2, prefixCaching: false });
  });

  test("several names, several keys, flags that it has no use for", () => {
    const read = settings(["m", "--served-model-name", "a", "b", "--api-key", "k1", "k2", "--enforce-eager"]);
    expect(read.servedModelNames).toEqual(["a", "b"]);
    expect(read.apiKeys).toEqual(["k1", "k2"]);
  });

  test("the key from the environment, unless one is given", () => {
    expect(settings(["m"], { VLLM_API_KEY: "env" }).apiKeys).toEqual(["env"]);
    expect(settings(["m", "--api-key", "own"], { VLLM_API_KEY: "env" }).apiKeys).toEqual(["own"]);
    expect(settings(["m"], { VLLM_API_KEY: "" }).apiKeys).toEqual([]);
  });

  test("no model: vLLM's default", () => {
    expect(settings(["--port", "0"])).toMatchObject({
      model: "Qwen/Qwen3-0.6B",
      servedModelNames: ["Qwen/Qwen3-0.6B"],
    });
  });

  test("what the model can do", () => {
    expect(settings(["m"]).tasks).toEqual(["generate"]);
    expect(settings(["m", "--runner", "pooling", "--convert", "embed"]).tasks).toEqual(["embed"]);
    expect(settings(["m", "--sim-transcription"]).tasks).toEqual(["generate", "transcription"]);
  });

  test("how time passes", () => {
    expect(settings(["m", "--sim-instant"]).pace).toEqual({ kind: "instant" });
    expect(settings(["m", "--sim-latency-ms", "200"]).pace).toEqual({ kind: "latency", latencyMs: 200 });
    expect(
      settings(["m", "--sim-decode-ms", "30", "--sim-speed", "10", "--sim-prefill-tokens-per-second", "0"]).pace,
    ).toEqual({ kind: "batching", decodeMs: 3, prefillMsPerToken: 0 });
  });

  test("a negative number is a value, not a flag", () => {
    expect(settings(["m", "--seed", "-3"]).seed).toBe(-3);
  });
});
