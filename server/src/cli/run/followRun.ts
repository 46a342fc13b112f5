import { ExitCode } from "../../protocol/exitCode.ts";
import type { RunHandle, RunResult } from "../../run/io/runSession.io.ts";
import type { StartEngine } from "../../run/managedEngine.ts";
import { RunProblem } from "../../run/runProblem.ts";
import type { RunWorld } from "../../run/runWorld.ts";
import { systemClock } from "../../util/systemClock.ts";
import { ConsentNeeded } from "../engine/consentNeeded.ts";
import { progressBar, progressLine } from "../progress.ts";
import { CliError, type CliContext, type OptionSpecs, type OptionValues } from "../verb.ts";
import { report, sayAsReport, tellingRungs } from "./reports.ts";
import { summaryText } from "./summaryText.ts";

const DRAW_EVERY_MS = 200;
const LOG_EVERY_MS = 10_000;
const REPORT_EVERY_MS = 500;

const problemExit: Readonly<Record<RunProblem["kind"], ExitCode>> = {
  usage: ExitCode.usage,
  input: ExitCode.unusableInput,
  engine: ExitCode.engineFailed,
  stopped: ExitCode.stopped,
};

/** Options of every verb that follows a run. */
export const followOptions = {
  progress: {
    type: "string",
    value: "text|json",
    help: "json: for programs, a JSON object on each line of stderr, its kind first: folder, progress … (default: text).",
  },
  json: { type: "boolean", help: "Print the summary as one JSON document." },
} as const satisfies OptionSpecs;

/**
 * Begins a run and sees it through to its end: progress, the first interrupt (finish what is in flight), the second
 * (stop now), the summary.
 * @param starterFor how engines are started, with what it says going where this context says
 */
export async function followRun(
  begin: (world: RunWorld) => Promise<RunHandle>,
  options: OptionValues<typeof followOptions>,
  context: CliContext,
  starterFor: (cli: CliContext) => StartEngine,
): Promise<ExitCode> {
  const reports = readProgress(options.progress) === "json";
  const cli = reports ? { ...context, say: sayAsReport(context) } : context;
  const aborter = new AbortController();
  let handle: RunHandle | null = null;
  let interrupts = 0;
  const stopListening = cli.onInterrupt(() => {
    interrupts += 1;
    aborter.abort();
    if (handle === null) cli.say("Stopping …");
    else if (interrupts === 1) {
      cli.say("Finishing what is in flight. Once more: stop now. Either way `resume` goes on.");
      handle.drain();
    } else handle.stop();
  });
  try {
    const startEngine = starterFor(cli);
    handle = await begin({
      ...worldOf(cli, aborter.signal),
      startEngine: reports ? tellingRungs(startEngine, context) : startEngine,
    });
    const { folder } = handle;
    const { simulated } = handle.progress();
    if (reports) report(context, { kind: "folder", folder, simulated });
    else cli.say(`Run folder: ${folder}`);
    if (simulated && !reports) cli.say("The answers of this run are simulated.");
    const stopTelling = reports ? reportProgress(handle, context) : showProgress(handle, cli);
    const result = await handle.done.finally(stopTelling);
    if (options.json) cli.print(JSON.stringify(result.summary));
    cli.say(summaryText(result.summary));
    return exitCodeOf(result);
  } catch (error) {
    if (reports && error instanceof ConsentNeeded) report(context, { kind: "consent", ...error.request });
    throw asCliError(error);
  } finally {
    stopListening();
  }
}

/** What went wrong, as the CLI tells it; a bug of ours stays what it is. */
export function asCliError(error: unknown): unknown {
  return error instanceof RunProblem ? new CliError(error.message, problemExit[error.kind]) : error;
}

/** The world as it is for what needs no engine. */
export function worldOf(cli: CliContext, signal: AbortSignal): Omit<RunWorld, "startEngine"> {
  return {
    clock: systemClock,
    random: Math.random,
    env: cli.env,
    program: cli.program,
    programPath: cli.programPath,
    signal,
    notify: (text) => cli.say(text),
  };
}

function readProgress(value = "text"): "text" | "json" {
  if (value === "text" || value === "json") return value;
  throw new CliError(`--progress takes text or json, not "${value}".`, ExitCode.usage);
}

function reportProgress(handle: RunHandle, cli: CliContext): () => void {
  const tell = () => report(cli, { kind: "progress", ...handle.progress() });
  const stop = repeatedly(REPORT_EVERY_MS, tell);
  return () => {
    stop();
    tell();
  };
}

function showProgress(handle: RunHandle, cli: CliContext): () => void {
  let told: string | null = null;
  let fault: string | null = null;
  const show = (): void => {
    const snapshot = handle.progress();
    // Of a start each phase is worth a line, each shard of the weights is not: they are in the progress.
    const news = snapshot.engineStart?.phase ?? snapshot.notice;
    if (snapshot.notice !== null && news !== told) cli.say(snapshot.notice);
    told = news;
    const gpuFault = snapshot.gpu?.fault ?? null;
    if (gpuFault !== null && gpuFault !== fault) cli.say(gpuFault);
    fault = gpuFault;
    if (cli.isTerminal) cli.drawProgress(progressBar(snapshot, cli.columns));
    else cli.say(progressLine(snapshot));
  };
  return repeatedly(cli.isTerminal ? DRAW_EVERY_MS : LOG_EVERY_MS, show);
}

/** Returns how to end it. */
function repeatedly(everyMs: number, act: () => void): () => void {
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = systemClock.after(everyMs, () => {
      act();
      again();
    });
  };
  again();
  return () => cancel();
}

function exitCodeOf({ end, isSuccess }: RunResult): ExitCode {
  switch (end) {
    case "done":
      return isSuccess ? ExitCode.ok : ExitCode.no;
    case "stopped":
      return ExitCode.stopped;
    case "engineFailed":
      return ExitCode.engineFailed;
  }
}
