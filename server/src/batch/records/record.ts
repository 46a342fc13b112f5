import type { RawLine } from "../../util/lineSplitter.ts";
import type { TextFinding } from "../finding.ts";

/** One request as it stands in the file, or what was meant to be one. */
export interface SourceRecord {
  /**
   * line: a line, as it should be. spread: an object that is spread over several lines. element: an element of a file
   * that is one array.
   */
  form: "line" | "spread" | "element";
  /** Where `text` begins and ends; lines and columns from 1. */
  line: number;
  column: number;
  endLine: number;
  /** Without line ends, except between the lines of a spread record or element, where they are \n. */
  text: string;
  /** The same in UTF-8; valid during the call. */
  bytes: Buffer;
  /** What JSON.parse made of it. undefined when it is not JSON (no JSON has that value). */
  value: unknown;
  /** Why it is not JSON, or why it is so only after a change (a byte order mark, a spread object). */
  problems: readonly TextFinding[];
  /** The lines of a `line` or `spread`, byte for byte; views that are valid during the call. Empty for an element. */
  source: readonly RawLine[];
}

/** Takes what a RecordReader finds, in the order of the file. */
export interface RecordSink {
  onRecord(record: SourceRecord): void;
  /** A line of white space only. */
  onBlank(line: RawLine): void;
  /** The file, up to here, is not lines but an array. Called once. */
  onArray(): void;
  /** Something wrong between the elements of an array. `start` and `end` count in the line. */
  onArrayProblem(line: number, problem: TextFinding): void;
}
