import path from "node:path";
import { nextInFlight, type Pass } from "../../engine/tune/calibration.ts";
import { meanPower } from "../../engine/tune/meanPower.ts";
import { startGpuStream } from "../../gpu/io/gpuStream.io.ts";
import type { GpuReading } from "../../gpu/reading.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import type { Manifest, Overrides } from "../../protocol/records.ts";
import { readManifest } from "../../run/io/manifest.io.ts";
import type { RunHandle, RunResult } from "../../run/io/runSession.io.ts";
import { startRun } from "../../run/io/startRun.io.ts";
import type { RunWorld } from "../../run/runWorld.ts";
import { defaultRunOptions, type EngineChoice, type StartOptions } from "../../run/startOptions.ts";
import { duration } from "../../util/duration.ts";
import { Repeater } from "../../util/repeater.ts";
import { progressBar } from "../progress.ts";
import { CliError, type CliContext } from "../verb.ts";

export interface CalibrationOrder {
  /** The batch file. */
  input: string;
  engine: EngineChoice;
  overrides: Overrides;
  /** Requests in a pass. */
  sample: number;
  /** Where the runs of the passes go. */
  folder: string;
  /** The engine is on this machine, so that its GPUs are the ones whose power counts. */
  isLocal: boolean;
}

export interface Passed {
  passes: Pass[];
  /** Of the last run; null: there was none. */
  manifest: Manifest | null;
  wasStopped: boolean;
}

const DRAW_EVERY_MS = 200;
const WARM_UP_REQUESTS = 4;

/**
 * Runs samples of a batch file, each with fewer requests in flight, until fewer are slower. Before them a few requests
 * are run that do not count: an engine's first answers wait for what it still prepares. Throws CliError and RunProblem.
 */
export async function runPasses(order: CalibrationOrder, world: RunWorld, cli: CliContext): Promise<Passed> {
  const readings: GpuReading[] = [];
  const gpus = order.isLocal ? startGpuStream({ env: cli.env, onReading: (reading) => readings.push(reading) }) : null;
  try {
    return await passAfterPass(order, readings, world, cli);
  } finally {
    await gpus?.stop();
  }
}

/** @param readings of the GPUs; more come meanwhile */
async function passAfterPass(
  order: CalibrationOrder,
  readings: GpuReading[],
  world: RunWorld,
  cli: CliContext,
): Promise<Passed> {
  const passes: Pass[] = [];
  const warmUp = Math.min(WARM_UP_REQUESTS, order.sample);
  cli.say(`First ${warmUp} requests that do not count, for the engine to warm up.`);
  let { manifest, stopped } = await runOnce(order, { number: 0, sample: warmUp, inFlight: warmUp }, world, cli);
  const sample = Math.min(order.sample, manifest.input.requests - manifest.input.invalid);
  const quiet = { ...world, notify: () => undefined };
  for (let next = nextInFlight(sample, passes); next !== null && !stopped; next = nextInFlight(sample, passes)) {
    const number = passes.length + 1;
    const last = passes.at(-1);
    cli.say(
      `Pass ${number}: ${sample} requests, ${next} in flight.${last ? ` The last took ${duration(last.seconds)}.` : ""}`,
    );
    readings.length = 0;
    const once = await runOnce(order, { number, sample, inFlight: next }, quiet, cli);
    ({ manifest, stopped } = once);
    if (!stopped) passes.push({ ...once.pass, watts: meanPower(readings) });
  }
  return { passes, manifest, wasStopped: stopped };
}

interface OneRun {
  /** 0: the warm-up. Each draws for itself, so that of a large file hardly any request is in the cache. */
  number: number;
  sample: number;
  inFlight: number;
}

interface RunOnce {
  pass: Omit<Pass, "watts">;
  manifest: Manifest;
  stopped: boolean;
}

async function runOnce(order: CalibrationOrder, one: OneRun, world: RunWorld, cli: CliContext): Promise<RunOnce> {
  const handle = await startRun(startOptions(order, one), world);
  const result = await follow(handle, world, cli);
  const { completed, seconds, promptTokens, completionTokens, reason } = result.summary;
  if (result.end === "engineFailed") throw new CliError(reason ?? "The engine failed.", ExitCode.engineFailed);
  if (result.end === "done" && completed === 0) {
    const why = `None of the ${one.sample} requests of the sample was answered`;
    throw new CliError(`${why}. Why: vllm-batch run ${order.input} --limit 5`, ExitCode.no);
  }
  return {
    pass: { inFlight: one.inFlight, answered: completed, seconds, promptTokens, completionTokens },
    manifest: await readManifest(handle.folder),
    stopped: result.end === "stopped",
  };
}

function startOptions({ input, engine, overrides, folder }: CalibrationOrder, one: OneRun): StartOptions {
  return {
    input,
    engine,
    out: path.join(folder, one.number === 0 ? "warm-up" : `pass-${one.number}`),
    selection: { sample: one.sample, sampleSeed: one.number },
    overrides,
    options: { ...defaultRunOptions, inFlight: one.inFlight },
    strict: false,
  };
}

/** Sees a run to its end, or to the one that it is asked for. */
async function follow(handle: RunHandle, { clock, signal }: RunWorld, cli: CliContext): Promise<RunResult> {
  const stop = (): void => handle.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const drawing = new Repeater(clock, () => undefined);
  const draw = (): Promise<void> => {
    cli.drawProgress(progressBar(handle.progress(), cli.columns));
    return Promise.resolve();
  };
  if (cli.isTerminal) drawing.every(() => DRAW_EVERY_MS, draw);
  try {
    return await handle.done;
  } finally {
    drawing.stop();
    signal.removeEventListener("abort", stop);
  }
}
