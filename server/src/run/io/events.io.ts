import path from "node:path";
import type { RunEvent } from "../../protocol/records.ts";
import type { Clock } from "../../util/clock.ts";
import type { EventSink } from "../ports.ts";
import { AppendLog } from "./appendLog.io.ts";
import { realFileOps, type FileOps } from "./fileOps.io.ts";

export const EVENTS_FILE = "events.jsonl";

/**
 * The run's diary. Written at the end of the turn of the event loop, not synced: no result depends on it. When it
 * cannot be written (a full disk stops the results too, and says so) its lines are dropped and counted.
 */
export class EventLog {
  readonly log: AppendLog;
  readonly #clock: Clock;
  #lines: string[] = [];
  #planned = false;
  #dropped = 0;

  constructor(folder: string, clock: Clock, ops: FileOps = realFileOps) {
    this.log = new AppendLog(path.join(folder, EVENTS_FILE), ops);
    this.#clock = clock;
  }

  readonly add: EventSink = (event, details = {}) => {
    const line: RunEvent = { at: this.#clock.date().toISOString(), event, ...details };
    this.#lines.push(`${JSON.stringify(line)}\n`);
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => this.#write());
  };

  /** Lines that could not be written. */
  get dropped(): number {
    return this.#dropped;
  }

  close(): void {
    this.#write();
    this.log.close();
  }

  #write(): void {
    this.#planned = false;
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length === 0) return;
    try {
      this.log.append(Buffer.from(lines.join("")));
    } catch {
      this.#dropped += lines.length;
    }
  }
}
