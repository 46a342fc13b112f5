import { parseServeArguments } from "./arguments/parseServeArguments.ts";
import { settingsOf } from "./arguments/settings.ts";
import { Simulator } from "./simulator.io.ts";

/** What the simulator needs of the world besides sockets and time. */
export interface SimulatorContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Calls back at each SIGINT or SIGTERM. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

/**
 * Runs the stand-in for `vllm serve` until it is stopped or dies. Resolves to the exit code that vLLM would have: 0
 * after a stop, 1 after a failed start, 2 for wrong arguments.
 */
export async function runSimulator(argv: readonly string[], context: SimulatorContext): Promise<number> {
  const parsed = parseServeArguments(argv);
  if (parsed.kind === "refused") {
    process.stderr.write(`${parsed.message}\n`);
    return 2;
  }
  const simulator = new Simulator(settingsOf(parsed.values, context.env));
  const stopListening = context.onInterrupt(() => simulator.stop());
  try {
    return await simulator.run();
  } finally {
    stopListening();
  }
}
