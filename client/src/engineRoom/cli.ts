import { spawn } from "node:child_process";
import path from "node:path";
import type { CancellationToken, Disposable } from "vscode";
import { LineReader } from "./lineReader.ts";

export interface CliCall {
  args: readonly string[];
  /** Where paths without a beginning count from. */
  cwd?: string;
  /** On top of the extension host's own environment. */
  env?: Readonly<Record<string, string>>;
  /** Each line of stderr, as it comes. */
  onLine?: (line: string) => void;
}

export interface CliEnd {
  /** null when a signal ended it. */
  exitCode: number | null;
  signal: string | null;
  stdout: string;
}

export interface CliProcess {
  /** Rejects only when the program could not be started. */
  readonly ended: Promise<CliEnd>;
  /** Lets a run finish what is in flight. Other verbs end. On Windows, where there is no such signal, all end at once. */
  drain(): void;
  /** Ends at once, in good order: a run saves what it has. */
  stop(): void;
  kill(): void;
}

/** So long a child may take to save what it has when the window closes: VS Code gives its extensions five seconds. */
const FAREWELL_MS = 3_000;

/** The program that does the work (dist/cli.js), as child processes that end with this window. */
export class Cli implements Disposable {
  readonly #programPath: string;
  readonly #children = new Map<CliProcess, Promise<unknown>>();

  constructor(extensionPath: string) {
    this.#programPath = path.join(extensionPath, "dist", "cli.js");
  }

  get programPath(): string {
    return this.#programPath;
  }

  /** The program's own Node is the one that runs us: in a desktop VS Code that is Electron, which must be told. */
  get command(): { path: string; env: Readonly<Record<string, string>> } {
    return { path: process.execPath, env: { ELECTRON_RUN_AS_NODE: "1" } };
  }

  start({ args, cwd, env, onLine }: CliCall): CliProcess {
    const { command } = this;
    const child = spawn(command.path, [this.#programPath, ...args], {
      ...(cwd !== undefined && { cwd }),
      env: { ...process.env, ...command.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    const lines = new LineReader((line) => onLine?.(line));
    child.stderr.on("data", (chunk: Buffer) => lines.push(chunk));
    const ended = new Promise<CliEnd>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode, signal) => {
        lines.end();
        resolve({ exitCode, signal, stdout: Buffer.concat(stdout).toString("utf8") });
      });
    });
    const running: CliProcess = {
      ended,
      drain: () => void child.kill("SIGINT"),
      stop: () => {
        // A run takes the second interrupt for "now". Two of the same signal could reach it as one.
        child.kill("SIGINT");
        child.kill("SIGTERM");
      },
      kill: () => void child.kill("SIGKILL"),
    };
    const forget = () => this.#children.delete(running);
    this.#children.set(running, ended.then(forget, forget));
    return running;
  }

  /** Runs it to its end; a cancelled token kills it. */
  async run(call: CliCall, token?: CancellationToken): Promise<CliEnd> {
    const running = this.start(call);
    const listening = token?.onCancellationRequested(() => running.kill());
    try {
      return await running.ended;
    } finally {
      listening?.dispose();
    }
  }

  /** Stops all children at once and waits until they are gone. Runs can be resumed. */
  async stop(): Promise<void> {
    const children = [...this.#children];
    for (const [child] of children) child.stop();
    const gone = Promise.all(children.map(([, ended]) => ended));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FAREWELL_MS);
    });
    await Promise.race([gone, late]);
    clearTimeout(timer);
    this.dispose();
  }

  dispose(): void {
    for (const child of this.#children.keys()) child.kill();
  }
}
