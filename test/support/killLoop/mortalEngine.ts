import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { startSimulator, type Simulator } from "../../../bench/support/simulator.ts";

const preload = path.join(import.meta.dirname, "countRequests.ts");

/** An engine that is killed and started again, always at the same address, and whose requests are counted throughout. */
export class MortalEngine {
  readonly #folder: string;
  readonly #flags: readonly string[];
  #lives = 0;
  /** Requests of the lives before this one. */
  #earlier = 0;
  #simulator: Simulator | undefined;

  /** @param folder for its counts, one file per life */
  constructor(folder: string, flags: readonly string[]) {
    this.#folder = folder;
    this.#flags = flags;
  }

  get url(): string {
    return this.#running.url;
  }

  async start(): Promise<void> {
    const port = this.#simulator === undefined ? 0 : Number(new URL(this.#simulator.url).port);
    this.#earlier = this.requests;
    this.#lives += 1;
    const env = { ...process.env, REQUEST_COUNT_FILE: this.#countFile };
    this.#simulator = await startSimulator(this.#flags, { port, nodeArgs: ["--import", preload], env });
  }

  async kill(): Promise<void> {
    const { child } = this.#running;
    const exited = once(child, "exit");
    if (!child.kill("SIGKILL")) throw new Error("The engine had ended before it was killed.");
    await exited;
  }

  /** Also when it is dead already. */
  async stop(): Promise<void> {
    const child = this.#simulator?.child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await this.kill();
  }

  /** All requests that reached it, in all its lives: those too that it never answered. */
  get requests(): number {
    return this.#earlier + this.#countOfThisLife();
  }

  #countOfThisLife(): number {
    const file = this.#countFile;
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    // Before its first request the file is empty.
    return bytes.length === 8 ? bytes.readDoubleLE(0) : 0;
  }

  get #running(): Simulator {
    if (this.#simulator === undefined) throw new Error("The engine was not started.");
    return this.#simulator;
  }

  get #countFile(): string {
    return path.join(this.#folder, `requests-${this.#lives}.bin`);
  }
}
