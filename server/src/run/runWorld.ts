import type { Clock } from "../util/clock.ts";
import type { StartEngine } from "./managedEngine.ts";

/** What a run needs of the world besides files and sockets. Only `main/` and tests make one. */
export interface RunWorld {
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
  env: Readonly<Record<string, string | undefined>>;
  /** Name and version, for the manifest. */
  program: string;
  /** The program itself, to start the simulator as a child. */
  programPath: string;
  /** Starts the engine of a profile. */
  startEngine: StartEngine;
  /** Asks to give up what has not begun yet: the check of the file, the wait for the engine. */
  signal: AbortSignal;
  /** A line for a person. */
  notify: (text: string) => void;
}
