import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { ConsentRequest } from "../../../server/src/protocol/engine.ts";
import type { Cli } from "../engineRoom/cli.ts";
import { workingFolder } from "../files/workingFolder.ts";
import type { BatchRun, RunEnd } from "./batchRun.ts";
import { OneAtATime } from "./oneAtATime.ts";
import { parseRunReport } from "./parseRunReport.ts";
import { parseRunOutcome } from "./runSummary.ts";

/** Folders of runs that this window works on, so that the next one knows what was cut short. */
const UNDER_WAY = "vllmBatch.runsUnderWay";

export interface RunStart {
  /** The verb and what it is about, such as `run FILE` or `resume DIR`. */
  args: readonly string[];
  /** The batch file. */
  input: vscode.Uri;
  env: Readonly<Record<string, string>>;
  simulated: boolean;
  /** The run folder, of a run that there is already; null for a new one. */
  folder: string | null;
}

/** The runs that this window works on, each in a process of its own. */
export class Runs implements vscode.Disposable {
  readonly #cli: Cli;
  readonly #log: vscode.LogOutputChannel;
  readonly #memory: vscode.Memento;
  readonly #active = new Set<BatchRun>();
  readonly #onDidChange = new vscode.EventEmitter<void>();

  /** What comes before a run, such as questions: by its file, or its folder once there is one. */
  readonly preparing = new OneAtATime();

  /** A run has begun, gone on or ended. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(cli: Cli, log: vscode.LogOutputChannel, memory: vscode.Memento) {
    this.#cli = cli;
    this.#log = log;
    this.#memory = memory;
  }

  get active(): readonly BatchRun[] {
    return [...this.#active];
  }

  /** Whether this window works on the run in a folder. */
  isActive(folder: string): boolean {
    return this.active.some((run) => run.folder === folder);
  }

  /** Whether this window works on some run of a file. */
  isRunning(input: vscode.Uri): boolean {
    return this.active.some((run) => run.input.toString() === input.toString());
  }

  /** Starts a session of a run and sees it through to its end. */
  async follow({ args, input, env, simulated, folder }: RunStart): Promise<RunEnd> {
    const heard: Heard = { words: [], consent: null };
    this.#log.info(`vllm-batch ${args.join(" ")}`);
    const process = this.#cli.start({
      args: [...args, "--json", "--progress", "json"],
      cwd: workingFolder(input),
      env,
      onLine: (line) => this.#take(run, line, heard),
    });
    const run: BatchRun = { input, process, folder, progress: null, recovery: null, simulated, isStopping: false };
    this.#active.add(run);
    this.#remember();
    this.#onDidChange.fire();
    try {
      const { exitCode, signal, stdout } = await process.ended;
      this.#log.info(signal === null ? `The run's process ended with ${exitCode}.` : `The run's process: ${signal}.`);
      return endOf(run, { exitCode, outcome: parseRunOutcome(stdout), ...said(heard) });
    } catch (error) {
      return endOf(run, { exitCode: null, outcome: null, words: messageOf(error), consent: null });
    } finally {
      this.#active.delete(run);
      this.#remember();
      this.#onDidChange.fire();
    }
  }

  drain(run: BatchRun): void {
    run.isStopping = true;
    run.process.drain();
    this.#onDidChange.fire();
  }

  stop(run: BatchRun): void {
    run.isStopping = true;
    run.process.stop();
    this.#onDidChange.fire();
  }

  /** Folders of runs that were under way when the window was closed last. Told once. */
  takeInterrupted(): string[] {
    const folders: unknown = this.#memory.get(UNDER_WAY);
    this.#remember();
    return Array.isArray(folders) ? folders.filter((folder) => typeof folder === "string") : [];
  }

  dispose(): void {
    this.#onDidChange.dispose();
  }

  #take(run: BatchRun, line: string, heard: Heard): void {
    const report = parseRunReport(line);
    switch (report.kind) {
      case "folder":
        run.folder = report.folder;
        run.simulated ||= report.simulated;
        this.#remember();
        this.#log.info(`Run folder: ${report.folder}`);
        break;
      case "message":
        this.#log.info(report.text);
        break;
      case "progress":
        if (report.notice !== null && report.notice !== run.progress?.notice) this.#log.warn(report.notice);
        run.progress = report;
        if (report.notice === null) run.recovery = null;
        run.simulated ||= report.simulated;
        break;
      case "recovery":
        run.recovery = report;
        this.#log.warn(`The engine failed (${report.cause}). Next try, attempt ${report.number + 1}: ${report.why}.`);
        break;
      case "consent":
        heard.consent = report;
        break;
      case "words":
        heard.words.push(report.text);
        // What is to be confirmed is shown to the person, with the values of variables, which no log needs.
        if (heard.consent === null) this.#log.error(report.text);
        break;
    }
    this.#onDidChange.fire();
  }

  #remember(): void {
    const folders = this.active.flatMap(({ folder }) => (folder === null ? [] : [folder]));
    void this.#memory.update(UNDER_WAY, folders);
  }
}

/** What a process has said beside how far it is. */
interface Heard {
  /** What went wrong, line by line. */
  words: string[];
  consent: ConsentRequest | null;
}

function said({ words, consent }: Heard): Pick<RunEnd, "words" | "consent"> {
  return { words: words.join("\n"), consent };
}

function endOf(
  { folder, simulated, isStopping }: BatchRun,
  end: Pick<RunEnd, "exitCode" | "outcome" | "words" | "consent">,
): RunEnd {
  return { ...end, folder, simulated, isStopping };
}
