import type { GpuFindings, GpuSample } from "../reading.ts";
import { parseCsvLine } from "./csvLine.ts";
import { explainMessage } from "./messages.ts";
import { refusedField, type QueryField } from "./query.ts";

/**
 * Puts the lines of a query that goes on for ever together to readings. Nothing separates one round of lines from the
 * next, so a round ends when as many GPUs have answered as the driver counts, or when one answers again.
 */
export class ReadingAssembler {
  readonly #columns: readonly QueryField[];
  #gpus: GpuSample[] = [];
  #faults: string[] = [];
  /** Rows and messages that each stand for one GPU. */
  #answers = 0;
  #count: number | null = null;
  #said: string | null = null;
  #refused: QueryField | null = null;

  constructor(columns: readonly QueryField[]) {
    this.#columns = columns;
  }

  /** The last line that was neither a row nor a known message. */
  get said(): string | null {
    return this.#said;
  }

  /** A field that this driver does not know and that the query can do without. */
  get refused(): QueryField | null {
    return this.#refused;
  }

  /** Takes one line, of either stream, and gives the readings that it completes. */
  push(line: string): GpuFindings[] {
    const text = line.trim();
    if (text === "") return [];
    const row = parseCsvLine(text, this.#columns);
    return row === null ? this.#pushMessage(text) : this.#pushRow(row.sample, row.count, row.fault);
  }

  /** What there is of the round that has begun; null: nothing. */
  flush(): GpuFindings | null {
    if (this.#gpus.length === 0 && this.#faults.length === 0) return null;
    const missing = this.#count === null ? 0 : this.#count - this.#answers;
    const silent =
      missing > 0 && this.#faults.length === 0
        ? [`nvidia-smi counts ${this.#count ?? 0} GPUs and tells of only ${this.#gpus.length}.`]
        : [];
    const fault = [...this.#faults, ...silent].join(" ");
    const findings = { gpus: this.#gpus, fault: fault === "" ? null : fault };
    this.#gpus = [];
    this.#faults = [];
    this.#answers = 0;
    return findings;
  }

  #pushRow(sample: GpuSample | null, count: number | null, fault: string | null): GpuFindings[] {
    const last = this.#gpus.at(-1);
    const isNextRound = sample !== null && last !== undefined && sample.index <= last.index;
    const done = isNextRound ? [this.flush()] : [];
    this.#count = count ?? this.#count;
    if (sample !== null) this.#gpus.push(sample);
    if (fault !== null) this.#faults.push(fault);
    return this.#answered(done);
  }

  #pushMessage(text: string): GpuFindings[] {
    const refused = refusedField(text);
    if (refused !== null) {
      this.#refused = refused;
      return [];
    }
    const fault = explainMessage(text);
    if (fault === null) {
      this.#said = text;
      return [];
    }
    // A GPU that is gone is told of once a round, so the same words again begin the next.
    const done = this.#faults.includes(fault) ? [this.flush()] : [];
    this.#faults.push(fault);
    return this.#answered(done);
  }

  #answered(done: (GpuFindings | null)[]): GpuFindings[] {
    this.#answers += 1;
    if (this.#gpus.length > 0 && this.#count !== null && this.#answers >= this.#count) done.push(this.flush());
    return done.filter((findings) => findings !== null);
  }
}
