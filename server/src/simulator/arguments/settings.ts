import { parseFloatStrict } from "./humanNumber.ts";
import type { ServeValues } from "./parseServeArguments.ts";

/** How time passes for a request. */
export type Pace =
  | { kind: "batching"; decodeMs: number; prefillMsPerToken: number }
  | { kind: "latency"; latencyMs: number }
  | { kind: "instant" };

/** What the simulated model can do, as vLLM's `Supported tasks` names it. */
export type Task = "generate" | "embed" | "transcription";

/** Everything the simulator was told, in our units. */
export interface Settings {
  model: string;
  servedModelNames: readonly string[];
  host: string | undefined;
  port: number;
  uds: string | undefined;
  apiKeys: readonly string[];
  tasks: readonly Task[];
  maxModelLen: number;
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
  maxNumQueuedReqs: number | undefined;
  blockSize: number;
  numGpuBlocks: number | undefined;
  kvCacheMemoryBytes: number | undefined;
  prefixCaching: boolean;
  gpuMemoryUtilization: number;
  gpuMemoryGib: number;
  weightsGib: number;
  gpuFile: string | undefined;
  tensorParallelSize: number;
  seed: number;
  toolCallParser: string | undefined;
  autoToolChoice: boolean;
  priorityScheduling: boolean;
  shutdownTimeoutSeconds: number;
  accessLog: boolean;
  /** Between two lines on throughput; 0 for none. */
  statsIntervalMs: number;
  requestIdHeaders: boolean;
  /** Median and sigma of the log-normal lengths (tokens) of answers that end by themselves. */
  outputMedian: number;
  outputSigma: number;
  startupMs: number;
  pace: Pace;
  timelinePath: string | undefined;
  /** As vLLM logs it: what differs from the defaults, in Python's notation. */
  nonDefault: ReadonlyMap<string, string | number | boolean | readonly string[]>;
}

/** vLLM's own default model (0.32.0). */
const DEFAULT_MODEL = "Qwen/Qwen3-0.6B";

/** Reads the values of one command line. Throws nothing: argparse has judged them. */
export function settingsOf(values: ServeValues, env: Readonly<Record<string, string | undefined>>): Settings {
  const text = (key: string) => stringAt(values, key);
  const number = (key: string, fallback: number) => numberAt(values, key) ?? fallback;
  const model = text("model") ?? DEFAULT_MODEL;
  const runner = text("runner");
  const pooling = runner === "pooling" || (runner !== "generate" && text("convert") === "embed");
  const tasks: Task[] = [pooling ? "embed" : "generate"];
  if (values.get("sim-transcription") === true) tasks.push("transcription");
  const names = listAt(values, "served-model-name");
  const envKey = env["VLLM_API_KEY"];
  const instant = values.get("sim-instant") === true;
  const maxModelLen = number("max-model-len", 8192);
  return {
    model,
    servedModelNames: names.length > 0 ? names : [model],
    host: text("host"),
    port: number("port", 8000),
    uds: text("uds"),
    apiKeys: keysOf(listAt(values, "api-key"), envKey),
    tasks,
    maxModelLen: maxModelLen < 0 ? 8192 : maxModelLen,
    // vLLM's defaults on a GPU with less than 70 GiB (0.32.0).
    maxNumSeqs: number("max-num-seqs", 256),
    maxNumBatchedTokens: number("max-num-batched-tokens", 2048),
    maxNumQueuedReqs: numberAt(values, "max-num-queued-reqs"),
    blockSize: number("block-size", 16),
    numGpuBlocks: numberAt(values, "num-gpu-blocks-override"),
    kvCacheMemoryBytes: numberAt(values, "kv-cache-memory-bytes"),
    prefixCaching: values.get("enable-prefix-caching") !== false && !pooling,
    gpuMemoryUtilization: number("gpu-memory-utilization", 0.92),
    gpuMemoryGib: number("sim-gpu-memory-gib", 48),
    weightsGib: number("sim-weights-gib", 15),
    gpuFile: text("sim-gpu-file"),
    tensorParallelSize: number("tensor-parallel-size", 1),
    seed: number("seed", 0),
    toolCallParser: text("tool-call-parser"),
    autoToolChoice: values.get("enable-auto-tool-choice") === true,
    priorityScheduling: text("scheduling-policy") === "priority",
    shutdownTimeoutSeconds: number("shutdown-timeout", 0),
    // At tens of thousands of answers a second the log would be the work.
    accessLog: values.get("disable-uvicorn-access-log") !== true && !instant,
    statsIntervalMs: values.get("disable-log-stats") === true ? 0 : 1000 * intervalSeconds(env),
    requestIdHeaders: values.get("enable-request-id-headers") === true,
    outputMedian: number("sim-output-median", 48),
    outputSigma: number("sim-output-sigma", 0.6),
    startupMs: number("sim-startup-ms", 0),
    pace: paceOf(values, instant),
    timelinePath: text("timeline"),
    nonDefault: new Map([...values].filter(([key]) => key !== "timeline" && !key.startsWith("sim-"))),
  };
}

function paceOf(values: ServeValues, instant: boolean): Pace {
  if (instant) return { kind: "instant" };
  const latencyMs = numberAt(values, "sim-latency-ms");
  if (latencyMs !== undefined) return { kind: "latency", latencyMs };
  const speed = numberAt(values, "sim-speed") ?? 1;
  const prefill = numberAt(values, "sim-prefill-tokens-per-second") ?? 8000;
  return {
    kind: "batching",
    decodeMs: (numberAt(values, "sim-decode-ms") ?? 20) / speed,
    // 0 means that reading a prompt takes no time.
    prefillMsPerToken: prefill > 0 ? 1000 / prefill / speed : 0,
  };
}

function intervalSeconds(env: Readonly<Record<string, string | undefined>>): number {
  return parseFloatStrict(env["VLLM_LOG_STATS_INTERVAL"] ?? "") ?? 10;
}

function keysOf(given: readonly string[], fromEnvironment: string | undefined): string[] {
  const keys = given.length > 0 ? given : fromEnvironment === undefined ? [] : [fromEnvironment];
  return keys.filter((key) => key !== "");
}

function stringAt(values: ServeValues, key: string): string | undefined {
  const value = values.get(key);
  return typeof value === "string" && value !== "None" && value !== "" ? value : undefined;
}

function numberAt(values: ServeValues, key: string): number | undefined {
  const value = values.get(key);
  return typeof value === "number" ? value : undefined;
}

function listAt(values: ServeValues, key: string): readonly string[] {
  const value = values.get(key);
  return Array.isArray(value) ? value.map(String) : [];
}
