import { ExceptionReader, type PrintedException } from "./exceptions.ts";
import { isFatal } from "./fatality.ts";
import { splitLastRun } from "./lastRun.ts";
import { asksToStop, isReady, isStarted, readThroughput, tellsEngineToStop } from "./marks.ts";
import { readLines } from "./readLines.ts";
import { settingReader } from "./settings.ts";
import type { Failure, LogLine, Throughput, Transcript } from "./types.ts";

/** Of more, the first and the last half: the cause comes first, what the system says of the end comes last. */
const mostLineFailures = 3_000;
const mostExceptions = 600;
/** Records at level INFO that tell of a failure all the same. */
const tellingInfo = /shutdown\]|broadcast block|Parent process exited|too old|Xid|Killed|kill/;
/** What users and programs have asked for stands in such lines, and may speak of any failure. */
const requestContent = /HTTP Request: (?:GET|HEAD|POST) |^Received request |^Dumping (?:input data|scheduler)/;
const progressBar = /\d+%\|| \d+% Completed \|/;

/** Reads the last run out of a log. Never throws; takes time in proportion to the part that it looks at. */
export function readTranscript(text: string): Transcript {
  const { before, last } = splitLastRun(readLines(text));
  return readRun(last, () => (before.length === 0 ? null : readRun(splitLastRun(before).last, () => null)));
}

function readRun(lines: readonly LogLine[], runBefore: Transcript["runBefore"]): Transcript {
  const throughput: Throughput[] = [];
  const reader = new ExceptionReader();
  const told: LogLine[] = [];
  const pids = new Set<number>();
  let readyLine: number | null = null;
  let startedLine = 0;
  let stopLine: number | null = null;
  let toldLine: number | null = null;
  for (const line of lines) {
    if (line.pid !== null) pids.add(line.pid);
    const statistics = readThroughput(line);
    if (statistics) throughput.push(statistics);
    if (readyLine === null && isReady(line)) readyLine = line.number;
    if (startedLine === 0 && isStarted(line)) startedLine = line.number;
    if (stopLine === null && asksToStop(line)) stopLine = line.number;
    if (toldLine === null && tellsEngineToStop(line)) toldLine = line.number;
    if (!reader.take(line) && mayTell(line)) told.push(line);
  }
  const survivedUntil = Math.max(startedLine, lastSignOfLife(throughput));
  const exceptions = withFrames(reader.found.slice(0, mostExceptions)).map((found) =>
    asFailure(found, readyLine, found.lastLine < survivedUntil),
  );
  const failures = [...exceptions, ...someOf(told).map(lineFailure)].sort(
    (a, b) => a.firstLine - b.firstLine || a.line - b.line,
  );
  return { lines, failures, throughput, readyLine, stopLine, toldLine, pids, setting: settingReader(lines), runBefore };
}

function mayTell(line: LogLine): boolean {
  if (line.text.trim() === "" || progressBar.test(line.text)) return false;
  if (line.level === "debug" || requestContent.test(line.text)) return false;
  return line.level !== "info" || tellingInfo.test(line.text);
}

function someOf(told: readonly LogLine[]): LogLine[] {
  const seen = new Set<string>();
  const different = told.filter((line) => {
    if (seen.has(line.text)) return false;
    seen.add(line.text);
    return true;
  });
  if (different.length <= mostLineFailures) return different;
  return [...different.slice(0, mostLineFailures / 2), ...different.slice(-mostLineFailures / 2)];
}

/**
 * An exception whose traceback lies before the tail, with the frames of another print of it: a process logs what ended
 * it, and Python prints it once more.
 */
function withFrames(found: readonly PrintedException[]): PrintedException[] {
  const whole = found.filter(({ frames }) => frames.length > 0);
  return found.map((exception) => {
    if (exception.frames.length > 0) return exception;
    const twin = whole.find(({ type, message }) => type === exception.type && message === exception.message);
    return twin === undefined ? exception : { ...exception, frames: twin.frames };
  });
}

/** The last figures of an engine that has died may be printed after its last words; more of them are not its last. */
const figuresOfTheLiving = 3;

/** The line up to which it was alive for certain; 0: none. */
function lastSignOfLife(throughput: readonly Throughput[]): number {
  const moving = throughput.filter(({ generationPerSecond }) => generationPerSecond > 0);
  return moving.at(-figuresOfTheLiving)?.line ?? 0;
}

function asFailure(found: PrintedException, readyLine: number | null, isSurvived: boolean): Failure {
  const { line } = found;
  return {
    line: line.number,
    lastLine: found.lastLine,
    firstLine: found.firstLine,
    kind: "exception",
    type: found.type,
    message: found.message.trim().slice(0, 6_000),
    frames: found.frames,
    chain: found.chain,
    process: line.process,
    pid: line.pid,
    level: line.level,
    source: line.source,
    origin: line.origin,
    title: found.title,
    isFatal: !isSurvived && isFatal(found, readyLine !== null && line.number > readyLine),
  };
}

function lineFailure(line: LogLine): Failure {
  return {
    line: line.number,
    lastLine: line.number,
    firstLine: line.number,
    kind: "line",
    type: null,
    message: line.text,
    frames: [],
    chain: null,
    process: line.process,
    pid: line.pid,
    level: line.level,
    source: line.source,
    origin: line.origin,
    title: "",
    isFatal: false,
  };
}
