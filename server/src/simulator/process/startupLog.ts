import type { Settings } from "../arguments/settings.ts";
import type { Route } from "../http/routes.ts";
import { SIMULATED_VERSION } from "../api/service.ts";
import { pythonLiteral } from "../text/python.ts";
import type { LogLevel, LogSource } from "./logFormat.ts";

/** A message of vLLM's start before it gets its prefix. Places are those of vLLM 0.32.0. */
export interface LogEntry {
  source: LogSource;
  level: LogLevel;
  place: string;
  message: string;
}

const entry = (source: LogSource, place: string, message: string): LogEntry => ({
  source,
  level: "INFO",
  place,
  message,
});

/** From the banner to the loading of the model. */
export function openingLog(settings: Settings): LogEntry[] {
  const { model, maxModelLen } = settings;
  return [
    entry(
      "APIServer",
      "api_utils.py:347",
      `vLLM server version ${SIMULATED_VERSION}+simulated, serving model ${model}`,
    ),
    entry("APIServer", "api_utils.py:286", `non-default args: ${nonDefaultArguments(settings)}`),
    entry("APIServer", "model.py:733", "Resolved architecture: SimulatedForCausalLM"),
    entry("APIServer", "model.py:2152", `Using max model len ${maxModelLen}`),
    entry(
      "EngineCore",
      "core.py:133",
      `Initializing a V1 LLM engine (v${SIMULATED_VERSION}) with config: model='${model}', max_seq_len=${maxModelLen}, ` +
        "simulated=True",
    ),
    entry("Worker", "gpu_model_runner.py:5075", `Starting to load model ${model}...`),
  ];
}

function nonDefaultArguments({ model, nonDefault }: Settings): string {
  const pairs: [string, string][] = [["model_tag", pythonLiteral(model)]];
  for (const [key, value] of nonDefault) {
    pairs.push([key.replaceAll("-", "_"), key === "api-key" ? "'***'" : pythonLiteral(value)]);
  }
  return `{${pairs.map(([key, value]) => `'${key}': ${value}`).join(", ")}}`;
}

/** From the loaded model to the server. */
export function closingLog(
  settings: Settings,
  memory: { blocks: number; kvGib: number },
  seconds: number,
  address: string,
  routes: readonly Route[],
): LogEntry[] {
  const { blockSize, maxModelLen, weightsGib, tasks } = settings;
  const tokens = memory.blocks * blockSize;
  const grouped = tokens.toLocaleString("en-US");
  const concurrency = (tokens / maxModelLen).toFixed(2);
  const quotedTasks = tasks.map((task) => `'${task}'`).join(", ");
  return [
    entry(
      "Worker",
      "gpu_model_runner.py:5120",
      `Model loading took ${weightsGib.toFixed(2)} GiB memory and ${seconds.toFixed(6)} seconds`,
    ),
    entry("Worker", "gpu_worker.py:480", `Available KV cache memory: ${memory.kvGib.toFixed(2)} GiB`),
    entry(
      "EngineCore",
      "kv_cache_utils.py:2327",
      `GPU KV cache size: ${grouped} tokens, Maximum concurrency for ${maxModelLen.toLocaleString("en-US")} tokens ` +
        `per request: ${concurrency}x`,
    ),
    entry(
      "EngineCore",
      "core.py:402",
      `init engine (profile, create kv cache, warmup model) took ${seconds.toFixed(2)} s`,
    ),
    entry("APIServer", "entry.py:136", `Supported tasks: [${quotedTasks}]`),
    entry("APIServer", "entry.py:140", `Starting vLLM server on ${address}`),
    entry("APIServer", "launcher.py:186", "Available routes are:"),
    ...routes.map((route) => entry("APIServer", "launcher.py:195", `Route: ${route.path}, Methods: ${route.method}`)),
  ];
}
