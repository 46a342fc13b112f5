import type { ServeValues } from "./parseServeArguments.ts";

/** Why these values cannot be used, and how the process ends: 2 for our own flags, 1 for vLLM's, as there. */
export interface UnusableSettings {
  message: string;
  exitCode: 1 | 2;
}

/** vLLM's flags whose range argparse does not know, with the class that complains (vLLM 0.32). */
const vllmMinimums = [
  ["max-num-seqs", "SchedulerConfig", 1],
  ["max-num-batched-tokens", "SchedulerConfig", 1],
  ["max-num-queued-reqs", "SchedulerConfig", 0],
  ["block-size", "CacheConfig", 1],
  ["num-gpu-blocks-override", "CacheConfig", 1],
  ["tensor-parallel-size", "ParallelConfig", 1],
] as const;

/** Our own: how small they may be, and whether they may be just that. */
const ownMinimums = [
  ["sim-latency-ms", 0, true],
  ["sim-decode-ms", 0, true],
  ["sim-prefill-tokens-per-second", 0, true],
  ["sim-speed", 0, false],
  ["sim-output-median", 0, false],
  ["sim-output-sigma", 0, true],
  ["sim-startup-ms", 0, true],
  ["sim-gpu-memory-gib", 0, false],
  ["sim-weights-gib", 0, true],
] as const;

/** Looks for the first value that is out of its range; undefined when all can be used. */
export function checkSettings(values: ServeValues): UnusableSettings | undefined {
  for (const [key, minimum, itself] of ownMinimums) {
    const value = values.get(key);
    if (typeof value !== "number" || value > minimum || (itself && value === minimum)) continue;
    const limit = itself ? `at least ${minimum}` : `greater than ${minimum}`;
    return { message: `simulate: error: argument --${key}: must be ${limit}, but is ${value}`, exitCode: 2 };
  }
  for (const [key, config, minimum] of vllmMinimums) {
    const value = values.get(key);
    if (typeof value === "number" && value < minimum) return belowMinimum(key, config, minimum, value);
  }
  const utilization = values.get("gpu-memory-utilization");
  if (typeof utilization !== "number" || (utilization > 0 && utilization <= 1)) return undefined;
  return utilization > 0
    ? complaint("gpu-memory-utilization", "CacheConfig", "less than or equal to 1", "less_than_equal", utilization)
    : complaint("gpu-memory-utilization", "CacheConfig", "greater than 0", "greater_than", utilization);
}

function belowMinimum(key: string, config: string, minimum: number, value: number): UnusableSettings {
  return complaint(key, config, `greater than or equal to ${minimum}`, "greater_than_equal", value);
}

/** In pydantic's form, in which vLLM says it. */
function complaint(key: string, config: string, limit: string, type: string, value: number): UnusableSettings {
  const name = key.replaceAll("-", "_");
  const message =
    `pydantic_core._pydantic_core.ValidationError: 1 validation error for ${config}\n${name}\n` +
    `  Input should be ${limit} [type=${type}, input_value=${value}]`;
  return { message, exitCode: 1 };
}
