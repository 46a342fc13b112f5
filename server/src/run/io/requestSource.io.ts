import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { splitEnvelope } from "../../batch/envelope.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { messageOf } from "../../util/unknown.ts";
import { byPrefix } from "../order.ts";
import type { RequestSource } from "../ports.ts";
import { BatchRequest } from "../request.ts";
import { RunProblem } from "../runProblem.ts";

export interface RequestSourceOptions {
  path: string;
  /** The file as it was when it was checked: what changes later is not what was asked for. */
  checked: Pick<Stats, "size" | "mtimeMs">;
  order: "file" | "prefix";
  /** Of the requests that `wants` takes, how many are not settled yet. */
  count: number;
  /** True for a line of which it is known that it must not be sent. */
  isInvalid: (line: number) => boolean;
  /** Asked once for each valid request, in the order of the file. */
  wants: () => boolean;
  /** True for an id that has its last line already. */
  isSettled: (customId: string) => boolean;
  /** The body to send, for a body as it stands in the file. May be a view of it. */
  prepare: (url: string, body: Buffer) => Buffer;
  /** Reading failed: the run cannot go on. */
  onFailed: (problem: RunProblem) => void;
}

/** How far ahead we read: requests, and bytes of their bodies. */
const AHEAD = { file: { requests: 1_000, bytes: 8 << 20 }, prefix: { requests: 10_000, bytes: 32 << 20 } } as const;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads the requests of a batch file, a bounded number ahead of their sending. */
export class FileRequestSource implements RequestSource {
  onMore: (() => void) | null = null;
  readonly #options: RequestSourceOptions;
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #splitter = new LineSplitter();
  #ready: BatchRequest[] = [];
  #next = 0;
  /** Read and not yet in the order in which it goes out. */
  #window: BatchRequest[] = [];
  #windowBytes = 0;
  #left: number;
  #filling = false;
  #readAll = false;
  #closed = false;

  constructor(options: RequestSourceOptions) {
    this.#options = options;
    this.#left = options.count;
    this.#chunks = readChunks(options.path);
  }

  get ended(): boolean {
    return this.#readAll && this.#next === this.#ready.length;
  }

  get left(): number {
    return this.#left;
  }

  take(): BatchRequest | undefined {
    // Half a window before it runs dry, the next one is read.
    if (this.#ready.length - this.#next <= AHEAD[this.#options.order].requests / 2) this.#fill();
    const request = this.#ready[this.#next];
    if (request === undefined) return undefined;
    this.#next += 1;
    this.#left -= 1;
    return request;
  }

  /** Stops reading and lets go of the file. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#chunks.return(undefined);
  }

  #fill(): void {
    if (this.#filling || this.#readAll || this.#closed) return;
    this.#filling = true;
    void this.#readWindow()
      .catch((error: unknown) => {
        this.#closed = true;
        this.#options.onFailed(
          error instanceof RunProblem
            ? error
            : new RunProblem("input", `The batch file cannot be read any more: ${messageOf(error)}.`, { cause: error }),
        );
      })
      .finally(() => {
        this.#filling = false;
        this.onMore?.();
      });
  }

  async #readWindow(): Promise<void> {
    const ahead = AHEAD[this.#options.order];
    let readAll = false;
    while (this.#window.length < ahead.requests && this.#windowBytes < ahead.bytes && !this.#closed) {
      const step = await this.#chunks.next();
      if (step.done === true) {
        this.#splitter.end(({ number, bytes }) => this.#add(number, bytes));
        readAll = true;
        break;
      }
      this.#splitter.push(step.value, ({ number, bytes }) => this.#add(number, bytes));
    }
    await this.#checkUnchanged();
    const window = this.#options.order === "prefix" ? byPrefix(this.#window) : this.#window;
    this.#ready = [...this.#ready.slice(this.#next), ...window];
    this.#next = 0;
    this.#window = [];
    this.#windowBytes = 0;
    this.#readAll = readAll;
  }

  #add(number: number, line: Buffer): void {
    if (isBlank(line) || this.#options.isInvalid(number)) return;
    if (!this.#options.wants()) return;
    const envelope = splitEnvelope(number === 1 && line.indexOf(BOM) === 0 ? line.subarray(3) : line);
    if (envelope === null) throw new Error(`Line ${number} passed the check and is no request.`);
    const { customId, url } = envelope;
    if (this.#options.isSettled(customId)) return;
    // A copy: a view would keep the whole chunk in memory for as long as this request lives.
    const body = Buffer.from(this.#options.prepare(url, envelope.body));
    this.#windowBytes += body.length;
    this.#window.push(new BatchRequest(number, customId, url, body));
  }

  async #checkUnchanged(): Promise<void> {
    const { path, checked } = this.#options;
    const now = await stat(path);
    if (now.size === checked.size && now.mtimeMs === checked.mtimeMs) return;
    throw new RunProblem(
      "input",
      `The batch file ${path} was changed while the run was reading it. The run stopped; what was answered is saved. ` +
        "Put the file back as it was and resume, or start a new run.",
    );
  }
}

function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
