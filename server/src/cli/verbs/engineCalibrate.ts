import path from "node:path";
import { calibrate } from "../../engine/tune/calibration.ts";
import { calibrationReport, calibrationText } from "../../engine/tune/calibrationReport.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import type { ManagedEngine, StartEngine } from "../../run/managedEngine.ts";
import type { EngineChoice } from "../../run/startOptions.ts";
import { inFolder } from "../engine/answersFolder.io.ts";
import { runPasses, type CalibrationOrder, type Passed } from "../engine/calibratePasses.ts";
import { endEngine } from "../engine/endEngine.ts";
import { LentEngine } from "../engine/lentEngine.ts";
import { engineStarter } from "../engine/startEngine.ts";
import { asCliError, worldOf } from "../run/followRun.ts";
import { numberOption } from "../run/numbers.ts";
import {
  engineOptions,
  onePositional,
  overrideOptions,
  profileOptions,
  readEngine,
  readOverrides,
} from "../run/runOptions.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

const SAMPLE = 50;

export const engineCalibrate = defineVerb({
  name: "engine calibrate",
  positionals: "FILE",
  summary: "How fast is an engine on a batch file, how many in flight are best, how long does all of it take",
  description: [
    `Runs samples of ${SAMPLE} requests of FILE, each with half as many in flight, until fewer are slower. Says how many`,
    "tokens a second that were, with how many in flight, how many hours the whole file takes at this speed, and how much",
    "energy, where the GPU tells its power. The answers go into a temporary folder that is removed; FILE and its runs are",
    "not touched. An engine that was started for this is ended. docs/tune.md. Ctrl-C: exit code 5.",
  ].join("\n"),
  options: {
    ...engineOptions,
    profile: { ...profileOptions.profile, help: "Start an engine from a profile for this, and end it afterwards." },
    trust: profileOptions.trust,
    ...overrideOptions,
    sample: { type: "string", value: "N", help: `Requests in a pass, from 2 to 1000 (default: ${SAMPLE}).` },
    out: { type: "string", value: "DIR", help: "Keep the runs of the passes, with their answers, in this new folder." },
    json: { type: "boolean", help: "One JSON document: {tokensPerSecond, inFlight, hours, energy, passes, …}." },
  },
  examples: [
    { command: "vllm-batch engine calibrate requests.jsonl --profile desktop", shows: "Is it done by tomorrow?" },
    {
      command: "vllm-batch engine calibrate requests.jsonl --endpoint http://127.0.0.1:8000 --json",
      shows: "The same on a server that is running",
    },
  ],
  run: async ({ positionals, options }, cli) => {
    const input = path.resolve(cli.cwd, onePositional(positionals, "The batch file", "engine calibrate"));
    const engine = readEngine({ ...options, "keep-engine": false }, cli.cwd);
    if (engine === null) {
      throw new CliError(
        "On which engine? Give --profile NAME to have one started, or --endpoint URL.",
        ExitCode.usage,
      );
    }
    const sample = numberOption("sample", options.sample, { min: 2, max: 1000, whole: true }) ?? SAMPLE;
    const overrides = readOverrides(options);
    const out = options.out === undefined ? null : path.resolve(cli.cwd, options.out);
    try {
      return await inFolder(out, async (folder) => {
        const order = { input, engine, overrides, sample, folder, isLocal: runsHere(engine) };
        return await withEngine(order, options.trust, cli, (passed) => tell(passed, order, options.json, cli));
      });
    } catch (error) {
      throw asCliError(error);
    }
  },
});

/** Runs the passes, all on one engine, has the result told, and then ends what was started for them. */
async function withEngine<T>(
  order: CalibrationOrder,
  trust: boolean,
  cli: CliContext,
  telling: (passed: Passed) => T,
): Promise<T> {
  const aborter = new AbortController();
  const stopListening = cli.onInterrupt(() => {
    if (!aborter.signal.aborted) cli.say("Stopping …");
    aborter.abort();
  });
  const start = engineStarter(cli, { trust });
  let engine: Promise<ManagedEngine> | null = null;
  const { signal } = aborter;
  const lend: StartEngine = async (wish) => {
    engine ??= start({ ...wish, signal, onLine: () => undefined, onEvent: () => undefined });
    return new LentEngine(await engine);
  };
  const started = (): Promise<ManagedEngine> | null => engine;
  try {
    return telling(await runPasses(order, { ...worldOf(cli, signal), startEngine: lend }, cli));
  } finally {
    stopListening();
    // Why it could not be started has been thrown already.
    const ours = await started()?.catch(() => null);
    if (ours) await endEngine(() => ours.release());
  }
}

function tell(
  { passes, manifest, wasStopped }: Passed,
  { input, isLocal }: Pick<CalibrationOrder, "input" | "isLocal">,
  json: boolean,
  cli: CliContext,
): ExitCode {
  const requests = manifest === null ? 0 : manifest.input.requests - manifest.input.invalid;
  const result = calibrate(passes, requests);
  const simulated = manifest?.engine.simulated === true;
  const report = calibrationReport({ input, requests, passes, result, simulated, isLocal });
  if (json) cli.print(JSON.stringify(report));
  cli.say(result === null ? "Stopped before there was anything to say." : calibrationText(report));
  return wasStopped ? ExitCode.stopped : ExitCode.ok;
}

/** Whether this machine's GPUs are the engine's. */
function runsHere(engine: EngineChoice): boolean {
  if (engine.kind !== "attached") return true;
  return ["127.0.0.1", "localhost", "[::1]"].includes(new URL(engine.url).hostname);
}
