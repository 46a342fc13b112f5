import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import type { Manifest } from "../../protocol/records.ts";
import { explainDiskError } from "../diskReason.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import { FIRST_CONTACT_MS, type StartOptions } from "../startOptions.ts";
import { checkInput, statInput } from "./checkInput.io.ts";
import { takeLock, type RunLock } from "./lock.io.ts";
import { writeManifest } from "./manifest.io.ts";
import { peekRequest } from "./peekRequest.io.ts";
import { makeRunFolder } from "./runFolder.io.ts";
import { RunSession, type RunHandle } from "./runSession.io.ts";
import { roomFor, scanResults } from "./scanResults.io.ts";
import { beginEngine, type PendingEngine } from "./startedEngine.io.ts";

/**
 * Begins a run: checks the batch file, finds the engine, makes the run folder, and sends. Resolves when it is under
 * way. Throws RunProblem when it cannot begin; then no folder is left behind.
 */
export async function startRun(options: StartOptions, world: RunWorld): Promise<RunHandle> {
  const input = path.resolve(options.input);
  await statInput(input);
  const { model } = options.overrides;
  const peeked = await peekRequest(input);
  const asked = model ?? peeked.model;
  const models = asked === null ? [] : [asked];
  const made = await makeRunFolder(input, options.out === null ? null : path.resolve(options.out), models);
  const lock = takeLock(made.folder);
  if (lock === null) throw new RunProblem("input", `Another process has just begun a run in ${made.folder}.`);
  // First of all: a large model takes longer to load than a large file to check.
  const engine = beginEngine(options.engine, { model: asked, file: input, url: peeked.url }, made.folder, world);
  try {
    return await begin(made.folder, lock, engine, options, world);
  } catch (error) {
    const reason = await engine.abandon(error);
    lock.release();
    await made.remove();
    throw explainDiskError(reason, made.folder);
  }
}

async function begin(
  folder: string,
  lock: RunLock,
  engine: PendingEngine,
  options: StartOptions,
  world: RunWorld,
): Promise<RunHandle> {
  const manifest = newManifest(path.resolve(options.input), options, world);
  await writeManifest(folder, manifest);
  const { checked, invalidLines, lengths } = await checkInput(folder, manifest, engine.meanwhile, (longest) =>
    engine.needs(longest),
  );
  if (options.strict && manifest.input.invalid > 0) throw strictRefusal(manifest);
  await writeManifest(folder, manifest);
  const patienceMs = Math.min(FIRST_CONTACT_MS, options.options.giveUpAfterMs);
  const contact = await engine.contact(manifest, patienceMs);
  tellInvalid(manifest, world);
  const saved = { ...(await scanResults(folder, roomFor(manifest.counts.total))), invalidLines };
  manifest.counts.failed = saved.failed;
  return new RunSession({ folder, lock, manifest, saved, checked, lengths, ...contact }, world);
}

function newManifest(input: string, options: StartOptions, world: RunWorld): Manifest {
  const at = world.clock.date().toISOString();
  const { engine } = options;
  return {
    version: 1,
    id: randomUUID(),
    program: world.program,
    createdAt: at,
    input: { path: input, sizeBytes: 0, sha256: "", lines: 0, requests: 0, invalid: 0 },
    models: [],
    selection: options.selection,
    overrides: options.overrides,
    options: options.options,
    engine: {
      kind: engine.kind,
      url: engine.kind === "attached" ? engine.url : "",
      apiKeyEnv: engine.kind === "attached" ? engine.apiKeyEnv : null,
      version: null,
      models: null,
      simulated: engine.kind === "simulator",
      timeline: engine.kind === "simulator" ? engine.timeline : null,
      ...(engine.kind === "managed" ? { managed: { profile: engine.profile, settings: engine.recorded } } : {}),
    },
    status: "validating",
    reason: null,
    history: [{ status: "validating", at, reason: null }],
    counts: {
      total: 0,
      completed: 0,
      failed: 0,
      retried: 0,
      engineRestarts: 0,
      promptTokens: 0,
      completionTokens: 0,
      seconds: 0,
    },
    owner: { pid: process.pid, host: os.hostname(), since: at },
  };
}

function strictRefusal({ input }: Manifest): RunProblem {
  return new RunProblem(
    "input",
    `${input.invalid} of ${input.requests} requests in ${input.path} have errors, and --strict runs only files without. ` +
      `See: vllm-batch validate ${input.path}`,
  );
}

function tellInvalid({ input, selection }: Manifest, world: RunWorld): void {
  if (input.invalid === 0) return;
  const where =
    selection.limit === undefined && selection.sample === undefined ? "they are in errors.jsonl" : "they are left out";
  world.notify(`${input.invalid} of ${input.requests} requests have errors and are not sent; ${where}.`);
}
