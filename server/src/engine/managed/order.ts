import type { EngineAddress, EngineEvent, ExitFacts, MeasuredCapacity, Profile } from "../../protocol/engine.ts";
import type { GpuWatch } from "../../gpu/io/gpuWatch.io.ts";
import type { Clock } from "../../util/clock.ts";
import type { LadderFacts } from "../recover/ladderTypes.ts";

/** How to start the program with these settings at this address. */
export interface Launch {
  command: string;
  args: readonly string[];
  /** All of its environment. */
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/** What the supervisor is told once, by whoever has found the program and judged the settings. */
export interface SupervisorOrder {
  /** Of its record. */
  id: string;
  profile: Profile;
  /** The settings as they were asked for, for its record: whoever asks for the same again can have this engine. */
  asked: Profile;
  model: string;
  servedModel: string;
  /** Of vLLM; null: not known. */
  version: string | null;
  /** Where the log goes. */
  logFile: string;
  stateFolder: string;
  /** Whether an end that nobody asked for is answered by another start; else it is the end of all. */
  recovers: boolean;
  /** It is meant to outlive us. */
  keep: boolean;
  apiKey: string;
  launchOf: (profile: Profile, address: EngineAddress) => Launch;
  /** An address that nobody has: asked at first, and when a port turns out to be taken. */
  newAddress: () => Promise<EngineAddress>;
  /** What the ladder may know, as it is now. What the work needs is told to the engine. */
  facts: () => Omit<LadderFacts, "neededLen">;
  /** Begins to watch the GPUs, from before the first launch to the end of all. Is called once. */
  watchGpus: (onFault: (fault: string | null) => void) => GpuWatch;
  /** The UUIDs of the GPUs that it takes with these settings; null: that cannot be told. */
  usedGpus: (profile: Profile) => readonly string[] | null;
  /** What the kernel has logged since then about processes it has ended and GPUs that fell. */
  kernelLines: (since: Date) => Promise<readonly string[]>;
  clock: Clock;
  onLine: (line: string) => void;
  onEvent: (event: EngineEvent) => void;
  /** Is told at the end of each life that had become ready. Its work is never waited for but at the end of all. */
  onServed: (served: Served) => Promise<void>;
}

/** What a life of the engine has done. */
export interface Served {
  /** The settings that it had. */
  profile: Profile;
  /** As it said at its start; null: it was adopted. */
  capacity: MeasuredCapacity | null;
  ranSeconds: number;
  answers: number;
}

/** `exit code 1`, `SIGKILL`: how a process ended, in words. */
export function exitWords({ code, signal }: ExitFacts): string {
  if (signal !== null) return signal;
  return code === null ? "an unknown end" : `exit code ${code}`;
}
