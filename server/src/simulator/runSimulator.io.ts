import { readFileSync } from "node:fs";
import { messageOf } from "../util/unknown.ts";
import { checkSettings } from "./arguments/checkSettings.ts";
import { parseServeArguments } from "./arguments/parseServeArguments.ts";
import { settingsOf } from "./arguments/settings.ts";
import { parseTimeline } from "./faults/parseTimeline.ts";
import { quietTimeline, type Timeline } from "./faults/timeline.ts";
import { Simulator } from "./simulator.io.ts";

/** What the simulator needs of the world besides sockets, files and time. */
export interface SimulatorContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Calls back at each SIGINT or SIGTERM. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
}

/**
 * Runs the stand-in for `vllm serve` until it is stopped or dies. Resolves to the exit code that vLLM would have: 0
 * after a stop, 1 after a failed start, 2 for wrong arguments or a wrong timeline.
 */
export async function runSimulator(argv: readonly string[], context: SimulatorContext): Promise<number> {
  const parsed = parseServeArguments(argv);
  if (parsed.kind === "refused") return refuse(parsed.message);
  const unusable = checkSettings(parsed.values);
  if (unusable !== undefined) return refuse(unusable.message, unusable.exitCode);
  const settings = settingsOf(parsed.values, context.env);
  let timeline: Timeline;
  try {
    timeline = settings.timelinePath === undefined ? quietTimeline : readTimeline(settings.timelinePath);
  } catch (error) {
    return refuse(`${settings.timelinePath ?? ""}: ${messageOf(error)}`);
  }
  const simulator = new Simulator(settings, timeline);
  const stopListening = context.onInterrupt(() => simulator.stop());
  try {
    return await simulator.run();
  } finally {
    stopListening();
  }
}

function readTimeline(path: string): Timeline {
  return parseTimeline(readFileSync(path, "utf8"));
}

function refuse(message: string, exitCode = 2): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}
