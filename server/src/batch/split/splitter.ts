import { property } from "../../util/unknown.ts";
import type { RawLine } from "../../util/lineSplitter.ts";
import { RecordReader } from "../records/recordReader.ts";
import type { RecordSink, SourceRecord } from "../records/record.ts";

/** requests: so many in each part, in the order of the file. model: a part for each model. */
export type SplitRule = { by: "requests"; requests: number } | { by: "model" };

/** What a part is, in the order in which parts began. */
export interface Part {
  /** Of a split by model; null for requests that name none, or cannot be read. */
  model: string | null;
  requests: number;
}

/** The file is one array: its elements are not lines that could be handed on as they are. */
export class ArrayFileError extends Error {
  override name = "ArrayFileError";
}

const LF = Buffer.from("\n");

/**
 * Hands each request of a batch file on to its part, byte for byte; blank lines are left out. `write` gets pieces that
 * are valid until the next call of push. Throws ArrayFileError from push when the file turns out to be an array.
 */
export class BatchSplitter implements RecordSink {
  readonly parts: Part[] = [];
  readonly #rule: SplitRule;
  readonly #write: (part: number, piece: Buffer) => void;
  readonly #reader = new RecordReader(this);
  readonly #byModel = new Map<string | null, number>();

  constructor(rule: SplitRule, write: (part: number, piece: Buffer) => void) {
    this.#rule = rule;
    this.#write = write;
  }

  push(line: RawLine): void {
    this.#reader.push(line);
  }

  end(): void {
    this.#reader.end();
  }

  onRecord(record: SourceRecord): void {
    const index = this.#partOf(record);
    for (const { bytes } of record.source) {
      this.#write(index, bytes);
      this.#write(index, LF);
    }
  }

  onBlank(): void {
    // Nothing stands there.
  }

  onArray(): void {
    throw new ArrayFileError("The file is one JSON array, not one request per line.");
  }

  onArrayProblem(): void {
    // Never comes: an array ends the reading.
  }

  #partOf(record: SourceRecord): number {
    const index =
      this.#rule.by === "model" ? this.#partOfModel(modelOf(record.value)) : this.#partWithRoom(this.#rule.requests);
    const part = this.parts[index];
    if (part !== undefined) part.requests += 1;
    return index;
  }

  #partOfModel(model: string | null): number {
    const known = this.#byModel.get(model);
    if (known !== undefined) return known;
    const index = this.#begin(model);
    this.#byModel.set(model, index);
    return index;
  }

  #partWithRoom(most: number): number {
    const last = this.parts.at(-1);
    return last !== undefined && last.requests < most ? this.parts.length - 1 : this.#begin(null);
  }

  #begin(model: string | null): number {
    return this.parts.push({ model, requests: 0 }) - 1;
  }
}

function modelOf(value: unknown): string | null {
  const model = property(property(value, "body"), "model");
  return typeof model === "string" ? model : null;
}
