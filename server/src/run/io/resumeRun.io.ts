import { stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Manifest, Overrides } from "../../protocol/records.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import { overridesFor } from "../checkModels.ts";
import { explainDiskError } from "../diskReason.ts";
import { isSuccess, moveTo, summaryOf } from "../manifest.ts";
import { changedOverrides } from "../overrides.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import type { RunProgress } from "../../protocol/runReport.ts";
import type { EngineChoice } from "../startOptions.ts";
import { checkInput, statInput, type CheckedInput } from "./checkInput.io.ts";
import { forgetCancel } from "./controlFile.io.ts";
import { EventLog } from "./events.io.ts";
import { finishRun } from "./finishRun.io.ts";
import { hashFile } from "./hashFile.io.ts";
import { takeLock, type RunLock } from "./lock.io.ts";
import { MANIFEST_FILE, readManifest, writeManifest } from "./manifest.io.ts";
import { takeBackFailed } from "./takeBackFailed.io.ts";
import { RunSession, type RunHandle } from "./runSession.io.ts";
import { OUTPUT_FILE } from "./resultLog.io.ts";
import { repairResults, roomFor, scanResults, type SavedResults } from "./scanResults.io.ts";
import { beginEngine } from "./startedEngine.io.ts";
import { startRun } from "./startRun.io.ts";

export interface ResumeOptions {
  folder: string;
  /** null: the engine that the run had. */
  engine: EngineChoice | null;
  /** An engine that is started for this is left running at the end. */
  keepEngine: boolean;
  /** Settings that may differ from one session to the next. */
  inFlight?: number;
  failUnder?: number;
  /** What the user asks for now; must be what the run was started with. */
  overrides: Overrides;
  /** When something has changed that answers depend on, start a new run instead of refusing. */
  fork: boolean;
}

/** Goes on with a run where it ended, however it ended. Throws RunProblem. */
export async function resumeRun(options: ResumeOptions, world: RunWorld): Promise<RunHandle> {
  const folder = path.resolve(options.folder);
  const manifest = await readManifest(folder);
  const choice = engineOf(manifest, options);
  const lock = await lockRun(folder, manifest);
  try {
    const changed = changedOverrides(manifest.overrides, options.overrides);
    const difference = changed ?? (await changedInput(manifest));
    if (difference !== null) {
      if (!options.fork) throw refusal(difference);
      lock.release();
      world.notify(`${difference} Starting a new run.`);
      return await fork(manifest, choice, options, world);
    }
    return await goOn(folder, manifest, lock, choice, options, world);
  } catch (error) {
    lock.release();
    throw explainDiskError(error, folder);
  }
}

export interface RetryOptions {
  folder: string;
  /** Only these ids; empty: all that failed. */
  only: readonly string[];
  engine: EngineChoice | null;
  keepEngine: boolean;
}

/**
 * Asks requests again that failed for good: they leave the error file (a copy of it is kept), are as if they had not
 * been sent, and the run goes on. Throws RunProblem when there are none, or when the run is not at its end.
 */
export async function retryRun(options: RetryOptions, world: RunWorld): Promise<RunHandle> {
  const folder = path.resolve(options.folder);
  const manifest = await readManifest(folder);
  const choice = engineOf(manifest, options);
  const lock = await lockRun(folder, manifest);
  try {
    if (manifest.status !== "completed") {
      throw new RunProblem("input", `This run is not at its end yet. First: vllm-batch resume ${options.folder}`);
    }
    const difference = await changedInput(manifest);
    if (difference !== null) throw refusal(difference);
    return await goOn(folder, manifest, lock, choice, {}, world, () => takeBackFailed(folder, options.only));
  } catch (error) {
    lock.release();
    throw explainDiskError(error, folder);
  }
}

/** Takes the lock, or says who has it. */
export async function lockRun(folder: string, manifest: Manifest): Promise<RunLock> {
  const lock = takeLock(folder);
  if (lock !== null) return lock;
  const { pid, host, since } = (await readManifest(folder)).owner;
  throw new RunProblem(
    "input",
    `Another process works on this run: number ${pid} on ${host}, since ${since} (${manifest.status}). ` +
      `See how it goes: vllm-batch status ${folder}`,
  );
}

/** @param prepare is called once the engine is there, before anything is sent */
async function goOn(
  folder: string,
  manifest: Manifest,
  lock: RunLock,
  choice: EngineChoice,
  options: Pick<ResumeOptions, "inFlight" | "failUnder">,
  world: RunWorld,
  prepare?: () => Promise<void>,
): Promise<RunHandle> {
  if (options.inFlight !== undefined) manifest.options.inFlight = options.inFlight;
  if (options.failUnder !== undefined) manifest.options.failUnder = options.failUnder;
  manifest.owner = { pid: process.pid, host: os.hostname(), since: world.clock.date().toISOString() };
  await forgetCancel(folder);
  manifest.counts.seconds += await unbookedSeconds(folder);
  const input = await inputOf(folder, manifest, world);
  let saved = await mend(folder, manifest, world);
  if (prepare === undefined && saved.completed + saved.failed === manifest.counts.total) {
    return await conclude(folder, manifest, lock, world);
  }
  const engine = beginEngine(
    choice,
    { model: manifest.models[0] ?? null, file: manifest.input.path, url: null },
    folder,
    world,
  );
  const { longest } = manifest.input;
  if (longest !== undefined) engine.needs(longest);
  try {
    manifest.overrides = overridesFor(choice, manifest);
    const contact = await engine.contact(manifest, manifest.options.giveUpAfterMs);
    if (prepare !== undefined) {
      await prepare();
      saved = await mend(folder, manifest, world);
    }
    const invalidLines = input.invalidLines ?? saved.invalidLines;
    const { checked, lengths = null } = input;
    const start = { folder, lock, manifest, saved: { ...saved, invalidLines }, checked, lengths, ...contact };
    return new RunSession(start, world);
  } catch (error) {
    throw await engine.abandon(error);
  }
}

/** Which lines must not be sent is in the error file, unless the check had not ended or the run is a selection. */
async function inputOf(
  folder: string,
  manifest: Manifest,
  world: RunWorld,
): Promise<Pick<CheckedInput, "checked"> & Partial<CheckedInput>> {
  const { limit, sample } = manifest.selection;
  if (manifest.status === "validating" || limit !== undefined || sample !== undefined) {
    const input = await checkInput(folder, manifest, world);
    await writeManifest(folder, manifest);
    return input;
  }
  return { checked: await statInput(manifest.input.path) };
}

/** A session that was killed wrote its last answer some time after its last manifest. */
async function unbookedSeconds(folder: string): Promise<number> {
  try {
    const [booked, written] = await Promise.all(
      [MANIFEST_FILE, OUTPUT_FILE].map((name) => stat(path.join(folder, name))),
    );
    return Math.max(0, (written?.mtimeMs ?? 0) - (booked?.mtimeMs ?? 0)) / 1000;
  } catch (error) {
    // Killed before there was an output file.
    if (errorCodeOf(error) === "ENOENT") return 0;
    throw error;
  }
}

/** Brings the files in order, and the manifest's counts to what they say. */
async function mend(folder: string, manifest: Manifest, world: RunWorld): Promise<SavedResults> {
  const saved = await scanResults(folder, roomFor(manifest.counts.total));
  const { bytes, lines } = await repairResults(folder, saved);
  if (bytes + lines > 0) {
    const events = new EventLog(folder, world.clock);
    events.add("repaired", { bytes, lines });
    events.close();
    world.notify(
      `The last session was cut off: ${bytes} bytes and ${lines} lines that were not whole were taken away.`,
    );
  }
  const { completed, failed, promptTokens, completionTokens } = saved;
  Object.assign(manifest.counts, { completed, failed, promptTokens, completionTokens });
  return saved;
}

/** Nothing is left to ask: no engine is needed for that. */
async function conclude(folder: string, manifest: Manifest, lock: RunLock, world: RunWorld): Promise<RunHandle> {
  const fault = await finishRun(folder, manifest, roomFor(manifest.counts.total));
  if (manifest.status !== "completed") {
    moveTo(manifest, fault === null ? "completed" : "failed", fault, world.clock.date());
  }
  await writeManifest(folder, manifest);
  lock.release();
  const summary = summaryOf(manifest, folder);
  return {
    folder,
    done: Promise.resolve({ summary, end: fault === null ? "done" : "stopped", isSuccess: isSuccess(manifest) }),
    progress: () => finalSnapshot(manifest),
    drain: () => undefined,
    stop: () => undefined,
  };
}

function finalSnapshot({ counts, status, reason, engine }: Manifest): RunProgress {
  return {
    status,
    notice: reason,
    simulated: engine.simulated,
    total: counts.total,
    completed: counts.completed,
    failed: counts.failed,
    inFlight: 0,
    inFlightLimit: 0,
    retried: counts.retried,
    engineRestarts: counts.engineRestarts,
    requestsPerSecond: 0,
    tokensPerSecond: 0,
    etaSeconds: 0,
  };
}

/** In words, or null. A run that was killed during its check has no hash to compare with; it is checked anew. */
async function changedInput({ input, status }: Manifest): Promise<string | null> {
  const now = await statInput(input.path);
  if (status === "validating") return null;
  const same = now.size === input.sizeBytes && (await hashFile(input.path)) === input.sha256;
  return same ? null : `The batch file ${input.path} is not the one that this run was started with.`;
}

function refusal(difference: string): RunProblem {
  return new RunProblem(
    "input",
    `${difference} Answers of two kinds would be mixed in one file. Undo the change, or start a new run: add --fork.`,
  );
}

/** The engine to go on with: the one that is asked for, else as the run had it. Throws RunProblem. */
function engineOf(
  manifest: Manifest,
  { engine, keepEngine }: Pick<ResumeOptions, "engine" | "keepEngine">,
): EngineChoice {
  const choice = engine ?? recordedEngine(manifest, keepEngine);
  if (!keepEngine || choice.kind === "managed") return choice;
  throw new RunProblem("usage", "--keep-engine is for an engine that is started with --profile.");
}

function recordedEngine({ engine }: Manifest, keep: boolean): EngineChoice {
  if (engine.managed !== undefined) {
    const { profile, settings } = engine.managed;
    return { kind: "managed", profile, recorded: settings, keep };
  }
  return engine.kind === "simulator"
    ? { kind: "simulator", timeline: engine.timeline }
    : { kind: "attached", url: engine.url, apiKeyEnv: engine.apiKeyEnv };
}

function fork(manifest: Manifest, engine: EngineChoice, options: ResumeOptions, world: RunWorld): Promise<RunHandle> {
  const { input, selection } = manifest;
  return startRun(
    {
      input: input.path,
      engine,
      out: null,
      selection,
      overrides: { ...overridesFor(engine, manifest), ...options.overrides },
      options: {
        ...manifest.options,
        ...(options.inFlight === undefined ? {} : { inFlight: options.inFlight }),
        ...(options.failUnder === undefined ? {} : { failUnder: options.failUnder }),
      },
      strict: false,
    },
    world,
  );
}
