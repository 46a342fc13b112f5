import { setTimeout as delay } from "node:timers/promises";
import type { FailureCase, StartedEngine } from "./failureCase.ts";

/** Requests run for some seconds before it happens. */
async function underLoad(engine: StartedEngine): Promise<void> {
  await engine.ready();
  engine.sendRequests(24);
  await delay(4_000);
}

const signalled = (title: string, signal: NodeJS.Signals) => async (engine: StartedEngine) => {
  await underLoad(engine);
  await engine.group.signal(title, signal);
};

const leader = (engine: StartedEngine, signal: NodeJS.Signals) => void process.kill(engine.group.pid, signal);

/** A whole start, many rows of statistics, and a hang that is looked at for so long. */
const hangLookMs = 95_000;
const hung = (befall: (engine: StartedEngine) => Promise<void>) => async (engine: StartedEngine) => {
  await befall(engine);
  // After the stop as well: they wait in a queue that nobody empties.
  engine.sendRequests(8);
  await delay(hangLookMs);
};

const frequentStatistics = () => ({ env: { VLLM_LOG_STATS_INTERVAL: "5" } });

/** What befalls an engine while it starts or serves: signals, and a start that takes too long. */
export const fateCases: readonly FailureCase[] = [
  {
    name: "start-timeout",
    cause: "startup_timeout",
    phase: "start",
    facts: { timeoutSeconds: 1 },
    remedy: "The engine was not ready within VLLM_ENGINE_READY_TIMEOUT_S = 1 s: raise it",
    // With one API server nothing in vLLM 0.32.0 limits a start: this time is counted after it.
    prepare: () => ({ env: { VLLM_ENGINE_READY_TIMEOUT_S: "1" }, flags: { "api-server-count": 2 } }),
  },
  {
    name: "terminated-while-loading",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it while it started",
    tricky: "the SIGTERM has been seen to be lost: it goes on starting, and is killed after a time of grace",
    befall: async (engine) => {
      await engine.logged("Starting to load model");
      leader(engine, "SIGTERM");
      const ended = await Promise.race([engine.group.exited, delay(20_000, null)]);
      if (ended === null) await engine.group.kill();
    },
  },
  {
    name: "group-terminated-while-loading",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it and all its processes while it started",
    tricky: "the server calls it a failed start of its engine core",
    befall: async (engine) => {
      await engine.logged("Starting to load model");
      process.kill(-engine.group.pid, "SIGTERM");
      const ended = await Promise.race([engine.group.exited, delay(20_000, null)]);
      if (ended === null) await engine.group.kill();
    },
  },
  {
    name: "terminated-early",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it while it started",
    befall: async (engine) => {
      await engine.logged("non-default args");
      leader(engine, "SIGTERM");
    },
  },
  {
    name: "killed-while-loading",
    cause: "host_oom_killed",
    phase: "start",
    alsoAccept: ["unknown", "worker_died"],
    remedy: "Somebody sent SIGKILL while it loaded, most often the kernel when memory runs out: look into its log",
    tricky: "the log ends in the middle of a good start; only the signal tells",
    befall: async (engine) => {
      await engine.logged("Starting to load model");
      leader(engine, "SIGKILL");
    },
  },
  {
    name: "engine-core-killed-while-loading",
    cause: "unknown",
    phase: "start",
    alsoAccept: ["worker_died", "host_oom_killed"],
    remedy: "The engine core was killed while it loaded: look into the kernel's log, start again",
    tricky: "the wrapper says `Failed core proc(s): {}`, and nothing above it tells why",
    befall: async (engine) => {
      await engine.logged("Starting to load model");
      await engine.group.signal("VLLM::EngineCore", "SIGKILL");
    },
  },
  {
    name: "worker-killed-while-loading",
    cause: "unknown",
    phase: "start",
    alsoAccept: ["worker_died", "host_oom_killed"],
    remedy: "The worker was killed while it loaded: look into the kernel's log, start again",
    befall: async (engine) => {
      await engine.logged("Starting to load model");
      await engine.group.signal("VLLM::Worker", "SIGKILL");
    },
  },
  {
    name: "leader-killed",
    cause: "host_oom_killed",
    phase: "run",
    alsoAccept: ["unknown"],
    remedy:
      "Somebody sent SIGKILL to the server, most often the kernel when memory runs out; its engine lives on and must be ended",
    tricky: "the log ends in the middle of good work; only the signal tells",
    prepare: frequentStatistics,
    befall: async (engine) => {
      await underLoad(engine);
      leader(engine, "SIGKILL");
    },
  },
  {
    name: "engine-core-killed",
    cause: "exit0_after_engine_death",
    phase: "run",
    alsoAccept: ["worker_died", "host_oom_killed"],
    remedy: "The engine core died without a word and the server left with code 0: start again",
    prepare: frequentStatistics,
    befall: signalled("VLLM::EngineCore", "SIGKILL"),
  },
  {
    name: "worker-killed",
    cause: "worker_died",
    phase: "run",
    alsoAccept: ["host_oom_killed"],
    facts: { workerExitCode: /exit code: (-\d+)/, worker: "VllmWorker-0" },
    remedy: "The worker was killed: look into the kernel's log, whether memory ran out, and start again",
    tricky: "SIGKILL, and yet the exit code may be None: the process is reported before it has been waited for",
    prepare: frequentStatistics,
    befall: signalled("VLLM::Worker", "SIGKILL"),
  },
  {
    name: "worker-segfault",
    cause: "worker_died",
    phase: "run",
    facts: { workerExitCode: /exit code: (-\d+)/, worker: "VllmWorker-0" },
    remedy: "The worker crashed (segmentation fault): start again; if it repeats, upgrade",
    prepare: frequentStatistics,
    befall: signalled("VLLM::Worker", "SIGSEGV"),
  },
  {
    name: "worker-aborted",
    cause: "worker_died",
    phase: "run",
    facts: { workerExitCode: /exit code: (-\d+)/, worker: "VllmWorker-0" },
    remedy: "The worker aborted: start again; if it repeats, upgrade",
    befall: signalled("VLLM::Worker", "SIGABRT"),
  },
  {
    name: "engine-core-segfault",
    cause: "exit0_after_engine_death",
    phase: "run",
    alsoAccept: ["worker_died"],
    remedy: "The engine core crashed and the server left with code 0: start again",
    befall: signalled("VLLM::EngineCore", "SIGSEGV"),
  },
  {
    name: "engine-core-stopped",
    cause: "engine_hang",
    phase: "run",
    stillRuns: true,
    remedy: "Nothing moves while requests run, and /health answers 200: end it and start again",
    tricky: "the log says little or nothing",
    prepare: frequentStatistics,
    befall: hung(signalled("VLLM::EngineCore", "SIGSTOP")),
  },
  {
    name: "worker-stopped",
    cause: "engine_hang",
    phase: "run",
    stillRuns: true,
    remedy: "Nothing moves while requests run, and /health answers 200: end it and start again",
    prepare: frequentStatistics,
    befall: hung(signalled("VLLM::Worker", "SIGSTOP")),
  },
  {
    name: "worker-stopped-until-the-rpc-gives-up",
    cause: "engine_hang",
    phase: "run",
    facts: { method: /RPC call to (\w+) timed out/ },
    remedy: "A worker did not answer: start again; if it repeats, upgrade",
    prepare: () => ({ env: { VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS: "20" } }),
    befall: signalled("VLLM::Worker", "SIGSTOP"),
  },
  {
    name: "server-stopped",
    cause: "engine_hang",
    phase: "run",
    alsoAccept: ["unknown"],
    stillRuns: true,
    remedy: "The server takes requests and answers none, not even /health: end it and start again",
    tricky: "the log just ends while requests run",
    prepare: frequentStatistics,
    befall: hung(async (engine) => {
      await underLoad(engine);
      leader(engine, "SIGSTOP");
    }),
  },
  {
    name: "terminated-under-load",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it; requests in flight were ended",
    prepare: frequentStatistics,
    befall: async (engine) => {
      await underLoad(engine);
      leader(engine, "SIGTERM");
    },
  },
  {
    name: "terminated-drained",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it, and it finished its requests first",
    prepare: () => ({ flags: { "shutdown-timeout": 30 } }),
    befall: async (engine) => {
      await underLoad(engine);
      leader(engine, "SIGTERM");
    },
  },
  {
    name: "interrupted-idle",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we interrupted it",
    befall: async (engine) => {
      await engine.ready();
      leader(engine, "SIGINT");
    },
  },
  {
    name: "group-terminated-under-load",
    cause: "clean_stop",
    phase: "stop",
    stopRequested: true,
    remedy: "Not a failure: we stopped it and all its processes at once",
    tricky: "the engine core and the worker go at the same time as the server, which is loud about it",
    befall: async (engine) => {
      await underLoad(engine);
      process.kill(-engine.group.pid, "SIGTERM");
    },
  },
];
