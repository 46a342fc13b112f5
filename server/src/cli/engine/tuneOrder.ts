import { randomBytes } from "node:crypto";
import { randomApiKey } from "../../engine/launch/places.io.ts";
import type { Launch, SupervisorOrder } from "../../engine/managed/order.ts";
import { noGpuWatch } from "../../gpu/io/gpuWatch.io.ts";
import { readKernelLines } from "../../gpu/io/readKernelLines.io.ts";
import type { EngineAddress, Profile } from "../../protocol/engine.ts";
import { systemClock } from "../../util/systemClock.ts";
import type { CliContext } from "../verb.ts";
import { ladderFacts } from "./ladderFacts.ts";
import { newLogFile } from "./logFiles.io.ts";
import type { PreparedEngine } from "./prepareEngine.ts";
import { planFor } from "./startEngine.ts";

export interface TuneDesk {
  prepared: PreparedEngine;
  stateFolder: string;
  cli: CliContext;
  /** Aborted when no more is wanted. */
  signal: AbortSignal;
  /** How far the try is, in words. */
  onProgress: (words: string) => void;
}

/** One start with these settings: whatever ends it is what was to be found out, and nothing is tried in its place. */
export async function oneStart(
  profile: Profile,
  address: EngineAddress,
  { prepared, stateFolder, cli }: TuneDesk,
  onLine: (line: string) => void,
): Promise<SupervisorOrder> {
  const id = `engine-${randomBytes(4).toString("hex")}`;
  const apiKey = randomApiKey();
  const plan = planFor(profile, address, apiKey, prepared, cli);
  return {
    id,
    profile,
    asked: profile,
    model: prepared.model,
    servedModel: plan.servedModel,
    version: prepared.installation?.version ?? null,
    logFile: await newLogFile(stateFolder, id),
    stateFolder,
    recovers: false,
    keep: false,
    apiKey,
    launchOf: (): Launch => ({ ...plan, cwd: cli.cwd }),
    newAddress: () => Promise.resolve(address),
    facts: () => ({ ...ladderFacts(prepared, false, cli), worked: null }),
    // Whoever makes one try after another watches over all of them.
    watchGpus: () => noGpuWatch,
    usedGpus: () => null,
    kernelLines: (since) => readKernelLines(since, { env: cli.env }),
    clock: systemClock,
    onLine,
    onEvent: () => undefined,
    onServed: () => Promise.resolve(),
  };
}
