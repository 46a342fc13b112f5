/**
 * Puts results on disk in two steps with two promises. Written: in the turn of the event loop in which the result
 * arrives, so that killing this process loses nothing that had arrived. Saved: synced, in groups at most 250 ms or 64
 * results apart (or one sync of the disk, where that takes longer): what a power cut may cost. Only saved results are
 * counted.
 */
import path from "node:path";
import type { Clock } from "../../util/clock.ts";
import { diskReason } from "../diskReason.ts";
import { errorLine, outputLine } from "../outputLine.ts";
import type { AnsweredRequest, FailedRequest, ResultSink } from "../ports.ts";
import { AppendLog, TamperedError } from "./appendLog.io.ts";
import { realFileOps, type FileOps } from "./fileOps.io.ts";

export const OUTPUT_FILE = "output.jsonl";
export const ERRORS_FILE = "errors.jsonl";

const SYNC_EVERY_MS = 250;
const SYNC_EVERY_RESULTS = 64;
const RETRY_WRITE_MS = 500;
/** A full disk is waited for so long; then the run stops, and can be resumed. */
const DISK_PATIENCE_MS = 30_000;

/** What was saved since the last call. */
export interface SavedCounts {
  completed: number;
  failed: number;
  promptTokens: number;
  completionTokens: number;
}

export interface ResultLogListener {
  saved(counts: SavedCounts): void;
  /** Nothing can be written for now; `null` when it can again. */
  blocked(reason: string | null): void;
  /** Nothing more will be written: stop the run. */
  broken(error: Error): void;
}

export interface ResultLogOptions {
  folder: string;
  clock: Clock;
  /** Unique each time: `vllm-` and 16 hex digits. */
  newLineId: () => string;
  listener: ResultLogListener;
  ops?: FileOps;
  /** Runs a callback at the end of this turn of the event loop. */
  atTurnEnd?: (callback: () => void) => void;
}

const noCounts = (): SavedCounts => ({ completed: 0, failed: 0, promptTokens: 0, completionTokens: 0 });

export class ResultLog implements ResultSink {
  readonly output: AppendLog;
  readonly errors: AppendLog;
  readonly #options: ResultLogOptions;
  readonly #atTurnEnd: (callback: () => void) => void;
  readonly #outputLines: string[] = [];
  readonly #errorLines: string[] = [];
  /** Arrived and not written. */
  #arrived = noCounts();
  /** Written and not synced. */
  #written = noCounts();
  #turnEndPlanned = false;
  #syncing = false;
  readonly #syncTimer: Timer;
  readonly #retryTimer: Timer;
  #blockedSince: number | null = null;
  #blockedReason = "";
  #broken: Error | null = null;
  #whenIdle: (() => void)[] = [];

  /** Opens both files. Throws what the file system throws. */
  constructor(options: ResultLogOptions) {
    this.#options = options;
    this.#atTurnEnd = options.atTurnEnd ?? ((callback) => void setImmediate(callback));
    this.#syncTimer = new Timer(options.clock, SYNC_EVERY_MS, () => this.#startSync());
    this.#retryTimer = new Timer(options.clock, RETRY_WRITE_MS, () => this.#write());
    const ops = options.ops ?? realFileOps;
    this.output = new AppendLog(path.join(options.folder, OUTPUT_FILE), ops);
    this.errors = new AppendLog(path.join(options.folder, ERRORS_FILE), ops);
  }

  get blocked(): boolean {
    return this.#blockedSince !== null || this.#broken !== null;
  }

  answered(result: AnsweredRequest): void {
    this.#outputLines.push(outputLine(this.#options.newLineId(), result));
    this.#arrived.completed += 1;
    this.#arrived.promptTokens += result.usage.promptTokens;
    this.#arrived.completionTokens += result.usage.completionTokens;
    this.#planWrite();
  }

  failed(result: FailedRequest): void {
    this.failedLine(errorLine(this.#options.newLineId(), result));
  }

  /** A whole line of the error file, with its LF. */
  failedLine(line: string): void {
    this.#errorLines.push(line);
    this.#arrived.failed += 1;
    this.#planWrite();
  }

  /** Resolves when all that has arrived is saved, or can never be. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#whenIdle.push(() => resolve(undefined));
    this.#startSync();
    await promise;
  }

  /** Stops waiting for the disk: what could not be written is given up, and is asked again by a resume. */
  giveUp(): void {
    if (this.#blockedSince !== null && this.#broken === null) this.#break(new Error(this.#blockedReason));
  }

  close(): void {
    this.#stopTimers();
    this.output.close();
    this.errors.close();
  }

  #planWrite(): void {
    if (this.#turnEndPlanned || this.blocked) return;
    this.#turnEndPlanned = true;
    this.#atTurnEnd(() => {
      this.#turnEndPlanned = false;
      this.#write();
    });
  }

  #write(): void {
    if (this.#broken !== null) return;
    try {
      appendAll(this.output, this.#outputLines);
      appendAll(this.errors, this.#errorLines);
    } catch (error) {
      this.#cannotWrite(error);
      return;
    }
    this.#unblock();
    move(this.#arrived, this.#written);
    if (this.#unsynced() >= SYNC_EVERY_RESULTS || this.#whenIdle.length > 0) this.#startSync();
    else this.#syncTimer.start();
  }

  #cannotWrite(error: unknown): void {
    if (error instanceof TamperedError) {
      this.#break(error);
      return;
    }
    const { clock, listener } = this.#options;
    const now = clock.now();
    const reason = diskReason(error, this.#options.folder);
    this.#blockedReason = reason;
    if (this.#blockedSince === null) {
      this.#blockedSince = now;
      listener.blocked(reason);
    } else if (now - this.#blockedSince > DISK_PATIENCE_MS) {
      this.#break(new Error(reason, { cause: error }));
      return;
    }
    this.#retryTimer.start();
  }

  #unblock(): void {
    if (this.#blockedSince === null) return;
    this.#blockedSince = null;
    this.#options.listener.blocked(null);
  }

  #break(error: Error): void {
    if (this.#broken !== null) return;
    this.#broken = error;
    this.#stopTimers();
    this.#options.listener.broken(error);
    this.#settleIdle();
  }

  #stopTimers(): void {
    this.#syncTimer.stop();
    this.#retryTimer.stop();
  }

  #unsynced(): number {
    return this.#written.completed + this.#written.failed;
  }

  #startSync(): void {
    if (this.#syncing || this.#broken !== null || this.#unsynced() === 0) return;
    this.#syncTimer.stop();
    this.#syncing = true;
    const saving = noCounts();
    move(this.#written, saving);
    this.output.sync((outputError) => {
      if (outputError !== null || saving.failed === 0) this.#synced(saving, outputError);
      else this.errors.sync((error) => this.#synced(saving, error));
    });
  }

  #synced(saved: SavedCounts, error: Error | null): void {
    this.#syncing = false;
    if (this.#broken !== null) return;
    try {
      // After a failed sync the system may have dropped the pages: nothing written since can be trusted.
      if (error !== null) throw new Error(diskReason(error, this.#options.folder), { cause: error });
      this.output.check();
      this.errors.check();
    } catch (problem) {
      this.#break(problem instanceof Error ? problem : new Error(String(problem)));
      return;
    }
    this.#options.listener.saved(saved);
    if (this.#unsynced() >= SYNC_EVERY_RESULTS || this.#whenIdle.length > 0) this.#startSync();
    else if (this.#unsynced() > 0) this.#syncTimer.start();
    if (this.#isIdle()) this.#settleIdle();
  }

  #isIdle(): boolean {
    const nothingWaits = this.#outputLines.length + this.#errorLines.length + this.#unsynced() === 0;
    return this.#broken !== null || (nothingWaits && !this.#syncing);
  }

  #settleIdle(): void {
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}

const LARGEST_WRITE_CHARS = 16 << 20;

/** Takes the lines that it wrote off the list. Throws when it cannot go on; the others are still there then. */
function appendAll(log: AppendLog, lines: string[]): void {
  while (lines.length > 0) {
    let chars = 0;
    let count = 0;
    for (const line of lines) {
      chars += line.length;
      count += 1;
      if (chars > LARGEST_WRITE_CHARS) break;
    }
    log.append(Buffer.from(count === lines.length ? lines.join("") : lines.slice(0, count).join("")));
    lines.splice(0, count);
  }
}

/** Fires once after a fixed time, however often it is started before. */
class Timer {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #callback: () => void;
  #cancel: (() => void) | null = null;

  constructor(clock: Clock, delayMs: number, callback: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#callback = callback;
  }

  start(): void {
    this.#cancel ??= this.#clock.after(this.#delayMs, () => {
      this.#cancel = null;
      this.#callback();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function move(from: SavedCounts, to: SavedCounts): void {
  to.completed += from.completed;
  to.failed += from.failed;
  to.promptTokens += from.promptTokens;
  to.completionTokens += from.completionTokens;
  Object.assign(from, noCounts());
}
