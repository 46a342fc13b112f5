/** An editor that makes nothing of what it is told: so that only the server's time is measured, not a client's parsing. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { WholeMessages } from "../../server/src/language/io/wholeMessages.io.ts";
import { clockMs } from "./clock.ts";
import { spawnLanguageServer } from "./spawnLanguageServer.ts";

interface Waiting {
  readonly text: string;
  readonly resolve: (arrivedMs: number) => void;
}

export class RawEditor {
  readonly child: ChildProcess;
  readonly #input: NodeJS.WritableStream;
  #waiting: Waiting[] = [];

  constructor() {
    const { child, stdin, stdout, stderr } = spawnLanguageServer();
    this.child = child;
    this.#input = stdin;
    stderr.pipe(process.stderr);
    stdout.pipe(new WholeMessages()).on("data", (message: Buffer) => {
      const arrivedMs = clockMs();
      const come = this.#waiting.filter(({ text }) => message.includes(text));
      this.#waiting = this.#waiting.filter((one) => !come.includes(one));
      for (const { resolve } of come) resolve(arrivedMs);
    });
  }

  async initialize(): Promise<void> {
    const params = { processId: process.pid, rootUri: null, capabilities: {} };
    const answered = this.arrival('"id":1');
    this.send(asMessage({ id: 1, method: "initialize", params }));
    await answered;
    this.send(asMessage({ method: "initialized", params: {} }));
  }

  /** Gives the time, by clockMs. */
  send(message: Buffer): number {
    const sentMs = clockMs();
    this.#input.write(message);
    return sentMs;
  }

  /** When the last byte of the next message with this text has come, by clockMs. */
  arrival(text: string): Promise<number> {
    return new Promise((resolve) => void this.#waiting.push({ text, resolve }));
  }

  /** Ends it as the protocol wants it. */
  async leave(): Promise<void> {
    const answered = this.arrival('"id":2');
    this.send(asMessage({ id: 2, method: "shutdown" }));
    await answered;
    const exited = once(this.child, "exit");
    this.send(asMessage({ method: "exit" }));
    await exited;
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }
}

/** As it goes over the wire. */
export function asMessage(content: object): Buffer {
  const body = JSON.stringify({ jsonrpc: "2.0", ...content });
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
