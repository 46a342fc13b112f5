import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { programPath } from "../../../bench/support/program.ts";

/** The program as it ships, as a process of its own. */
export class CliProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #closed: Promise<unknown>;

  /** @param prefix a command that starts it, such as `nsenter …` */
  constructor(args: readonly string[], prefix: readonly string[] = []) {
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, programPath, ...args];
    this.child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#closed = once(this.child, "close");
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Its exit code; null when a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}
