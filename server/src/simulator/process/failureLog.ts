import type { Settings } from "../arguments/settings.ts";
import { ENGINE_DEAD } from "../http/apiError.ts";
import type { StartupFault } from "../faults/timeline.ts";
import type { LogLevel, LogSource } from "./logFormat.ts";
import { contextTooLong, KV_BYTES_PER_TOKEN } from "./memoryPlan.ts";
import type { LogEntry } from "./startupLog.ts";

const line = (source: LogSource, level: LogLevel, place: string, message: string): LogEntry => ({
  source,
  level,
  place,
  message,
});

/** A failed start: the cause first, then the wrappers, which never are the cause. */
export function failedStartLog(cause: string, enginePid: number): LogEntry[] {
  return [
    line(
      "EngineCore",
      "ERROR",
      "core.py:1120",
      `EngineCore failed to start.\nTraceback (most recent call last):\n${cause}`,
    ),
    line(
      "APIServer",
      "ERROR",
      "entry.py:300",
      "RuntimeError: Engine core initialization failed. See root cause above. " +
        `Failed core proc(s): {'EngineCore': ${enginePid}}`,
    ),
  ];
}

/** The lines of a start that the timeline makes fail; those of `exit` are the timeline's own. */
export function startupFaultLog(fault: StartupFault, settings: Settings, enginePid: number): LogEntry[] {
  switch (fault.kind) {
    case "out-of-memory":
      return [
        line("Worker", "ERROR", "gpu_model_runner.py:5146", weightsTooLarge(settings)),
        ...failedStartLog(outOfMemory(settings), enginePid),
      ];
    case "kv-cache-too-small": {
      const kvBytes = fault.estimatedMaxModelLen * KV_BYTES_PER_TOKEN;
      return failedStartLog(`ValueError: ${contextTooLong(settings.maxModelLen, kvBytes, 1)}`, enginePid);
    }
    case "exit":
      return engineLog(fault.log);
    case "never-ready":
      return [];
  }
}

/** The timeline's own lines, as the engine's errors. */
export function engineLog(texts: readonly string[]): LogEntry[] {
  return texts.map((text) => line("EngineCore", "ERROR", "core.py:1120", text));
}

function weightsTooLarge(settings: Settings): string {
  return (
    "Failed to load model - not enough GPU memory. Try lowering --gpu-memory-utilization to free memory for weights, " +
    "increasing --tensor-parallel-size, or using --quantization. " +
    "See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more tips. " +
    `(original error: ${outOfMemory(settings).replace("torch.OutOfMemoryError: ", "")})`
  );
}

/** PyTorch's message, for a GPU that is full but for a little. */
function outOfMemory({ gpuMemoryGib }: Settings): string {
  const free = 0.31;
  const used = gpuMemoryGib - free;
  return (
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 1.96 GiB. GPU 0 has a total capacity of " +
    `${gpuMemoryGib.toFixed(2)} GiB of which ${free} GiB is free. Including non-PyTorch memory, this process has ` +
    `${used.toFixed(2)} GiB memory in use. Of the allocated memory ${(used - 0.5).toFixed(2)} GiB is allocated by ` +
    "PyTorch, and 12.71 MiB is reserved by PyTorch but unallocated."
  );
}

/** The API server finds its engine gone (0.32.0, seen after a SIGKILL of the engine). */
export function engineDeathLog(): LogEntry[] {
  const steps = [
    "start timeout=default",
    "stopping engine manager",
    "engine manager stopped",
    "cleaning up background resources",
    "complete",
  ];
  return [
    line(
      "APIServer",
      "WARNING",
      "core_client.py:817",
      "[shutdown] MPClient: engine core exited unexpectedly; starting cleanup",
    ),
    ...steps.map((step) => line("APIServer", "INFO", "core_client.py:770", `[shutdown] MPClient: ${step}`)),
    line(
      "APIServer",
      "ERROR",
      "async_llm.py:906",
      "AsyncLLM output_handler failed.\nTraceback (most recent call last):\n" +
        `vllm.v1.engine.exceptions.EngineDeadError: ${ENGINE_DEAD}`,
    ),
  ];
}

/** An exception that nobody catches takes the server down at once. */
export function crashLog(): LogEntry[] {
  return [
    line(
      "APIServer",
      "ERROR",
      "entry.py:300",
      "Traceback (most recent call last):\nRuntimeError: simulated crash of the API server",
    ),
  ];
}

/** A stop that was asked for, until the HTTP server's own lines. */
export function stopLog(timeoutSeconds: number): LogEntry[] {
  const mode = timeoutSeconds > 0 ? "drain" : "abort";
  const steps: [string, string][] = [
    ["launcher.py:254", "[shutdown] API server: shutdown triggered"],
    ["launcher.py:270", `[shutdown] API server: stopping engine client mode=${mode} timeout=${timeoutSeconds}s`],
    ["launcher.py:279", "[shutdown] API server: engine client stopped"],
    ["launcher.py:282", "[shutdown] API server: signalling HTTP server shutdown"],
    ["launcher.py:304", "[shutdown] API server: shutting down FastAPI HTTP server"],
  ];
  return steps.map(([place, message]) => line("APIServer", "INFO", place, message));
}
