/** What a log says, before anybody asks why. */

/** One logical line: prefixes taken off, wraps joined. */
export interface LogLine {
  /** Of the first physical line, from 1. */
  number: number;
  /** Name of the process as the log gives it (`APIServer`, `Worker_TP1`); null: not said. */
  process: string | null;
  pid: number | null;
  level: Level | null;
  /** File and line that logged it, such as `core.py:1330`; null outside of a log record. */
  source: string | null;
  /** As the record has it: all lines of one record have the same. */
  time: string | null;
  /** Who wrote it, when that is not the engine. */
  origin: "engine" | "kernel" | "system";
  /** With its indent. */
  text: string;
}

export type Level = "debug" | "info" | "warning" | "error";

export interface Frame {
  file: string;
  name: string;
  /** Its line of code; null: it was not printed. */
  code: string | null;
}

/** Something in the log that may be, or come from, a failure. */
export interface Failure {
  /** Line of the message; `lastLine` is the last one that belongs to it. */
  line: number;
  lastLine: number;
  /** Where its traceback begins: interleaved processes fail in the order of these. */
  firstLine: number;
  kind: "exception" | "line";
  /** Class of an exception without its module; null for lines. */
  type: string | null;
  /** Without the class. Several lines are joined by a line feed. */
  message: string;
  frames: readonly Frame[];
  /** Exceptions that were raised from each other or while another was handled share it. */
  chain: number | null;
  process: string | null;
  pid: number | null;
  level: Level | null;
  source: string | null;
  origin: LogLine["origin"];
  /** What the record was about: `EngineCore failed to start.`; empty when it had no such line. */
  title: string;
  /** It ended a process or its start, as far as its surroundings tell. */
  isFatal: boolean;
}

/** A periodic line of statistics. */
export interface Throughput {
  line: number;
  promptPerSecond: number;
  generationPerSecond: number;
  running: number;
  waiting: number;
}

/** One run, as a rule the last one that a text holds. */
export interface Transcript {
  lines: readonly LogLine[];
  failures: readonly Failure[];
  throughput: readonly Throughput[];
  /** Line at which it was ready to answer, or the first that shows it; null: it was not. */
  readyLine: number | null;
  /** First line of a stop that was asked for from outside; null: none. */
  stopLine: number | null;
  /** First line by which the engine itself was told to end, by whomever; null: none. */
  toldLine: number | null;
  /** Pids that the log names as its own. */
  pids: ReadonlySet<number>;
  /** A setting as the log tells it, by vLLM's name with underscores. */
  setting(name: string): string | null;
  /** Reads the run before the last one; null: the text holds none. */
  runBefore(): Transcript | null;
}
