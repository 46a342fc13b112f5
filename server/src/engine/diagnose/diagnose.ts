/**
 * Why an engine ended, does not start, or does nothing, from its log and how its process ended.
 *
 * The log is first read as what it is (processes, records, tracebacks, runs); then one rule per cause is asked about
 * each failure of the last run, in the order in which they happened. The first that is a cause by itself wins. What
 * only looks like one from outside (a worker that is gone, an NCCL error, an exit code) counts when there is none.
 */
import type { Diagnosis, ExitFacts } from "../../protocol/engine.ts";
import { cleanStop, deadEngine, endSignal, exitAfterDeath, fromExit, nothingTold, stopAfter } from "./endings.ts";
import { beforeStop, kernelFailures } from "./failuresOf.ts";
import type { Finding } from "./finding.ts";
import { judge, mergedFacts, strongestSymptom, unknownException, type Judged, type Judgement } from "./judge.ts";
import { standstill } from "./rules/engineHang.ts";
import { endsInOrder } from "./transcript/marks.ts";
import { readTranscript } from "./transcript/readTranscript.ts";
import type { Failure, Transcript } from "./transcript/types.ts";
import { saysEngineIsDead, saysStartFailed } from "./wrappers.ts";

export interface DiagnosisInput {
  /** What the engine wrote. Only the last 20,000 lines, at most 4 million characters, are looked at. */
  text: string;
  exit: ExitFacts;
  /** We asked it to stop: without this a stop cannot be told from a crash. */
  stopRequested: boolean;
  /** Of the kernel's log since the engine was started: the OOM killer, Xid errors. */
  kernelLines?: readonly string[];
}

/** Never throws; takes time in proportion to the part of the text that it looks at. */
export function diagnose(input: DiagnosisInput): Diagnosis {
  const last = readTranscript(input.text);
  const { log, failure, finding } = toldBy(last, input);
  return {
    cause: finding.cause,
    confidence: finding.confidence,
    summary: finding.summary,
    evidence: evidence(log, failure, finding),
    facts: finding.facts,
    remedies: finding.remedies,
  };
}

interface Conclusion {
  failure: Failure | null;
  finding: Finding;
}

/** A conclusion, and the run that it is about. */
interface Told extends Conclusion {
  log: Transcript;
}

type Ending = Omit<DiagnosisInput, "text">;

function toldBy(last: Transcript, input: Ending): Told {
  const conclusion = conclude(last, input);
  if (conclusion) return { log: last, ...conclusion };
  return ofRunBefore(last, input.exit) ?? { log: last, failure: null, finding: nothingTold(input.exit) };
}

/** null: the run tells nothing of an end. */
function conclude(log: Transcript, input: Ending): Conclusion | null {
  const { failures, isRace } = beforeStop(log);
  const kernel = kernelFailures(input.kernelLines ?? []);
  const judgement = judge([...failures, ...kernel], log);
  if (judgement.root) return chosen(judgement.root, judgement);
  if (input.stopRequested) return afterRequest(log, judgement, isRace);
  return fromSymptoms(judgement) ?? fromEnding(log, judgement, input.exit);
}

/**
 * What is started again and again (a container, a service) has a log that most often ends in a start that has not got
 * far: what ended the run before is then what a person asks about.
 */
function ofRunBefore(last: Transcript, exit: ExitFacts): Told | null {
  const isOver = exit.code !== null || exit.signal !== null;
  if (exit.code === 0 || (isOver && last.readyLine !== null)) return null;
  const log = last.runBefore();
  if (log === null) return null;
  const told = conclude(log, { exit: { code: null, signal: null }, stopRequested: false });
  if (!told?.failure) return null;
  const { failure, finding } = told;
  const confidence = isOver || finding.confidence === "low" ? "low" : "medium";
  const summary = `The last start in this log tells of no failure. The run before it: ${finding.summary}`;
  return { log, failure, finding: { ...finding, confidence, summary } };
}

function chosen(judged: Judged, judgement: Judgement): Conclusion {
  const { failure, finding } = judged;
  const facts = mergedFacts(judged, judgement.all);
  // Something unexplained came first, so this may be its consequence.
  const confidence = judgement.unknown && finding.confidence === "high" ? "medium" : finding.confidence;
  return { failure, finding: { ...finding, facts, confidence } };
}

/** A stop that was asked for hides no crash that came long before it. */
function afterRequest(log: Transcript, judgement: Judgement, isRace: (failure: Failure) => boolean): Conclusion {
  if (log.stopLine !== null) {
    const { unknown } = judgement;
    if (unknown && !isRace(unknown)) return { failure: unknown, finding: unknownException(unknown) };
    const symptom = strongestSymptom(judgement.symptoms.filter(({ failure }) => failure.line > 0 && !isRace(failure)));
    if (symptom) return chosen(symptom, judgement);
    const { stopLine } = log;
    const dead = log.failures.find((failure) => failure.line < stopLine && saysEngineIsDead(failure));
    const death = dead && !isRace(dead) ? exitAfterDeath(log, { code: 0, signal: null }) : null;
    if (death) return { failure: dead ?? null, finding: death };
    return { failure: null, finding: cleanStop(log, true) };
  }
  const said = judgement.unknown ?? strongestSymptom(judgement.symptoms)?.failure;
  return { failure: null, finding: said === undefined ? cleanStop(log, true) : stopAfter(said) };
}

function fromSymptoms(judgement: Judgement): Conclusion | null {
  const { unknown } = judgement;
  const symptom = strongestSymptom(judgement.symptoms);
  const isKernel = symptom?.failure.origin === "kernel";
  if (symptom && (unknown === null || isKernel || symptom.failure.firstLine < unknown.firstLine)) {
    return chosen(symptom, judgement);
  }
  return unknown ? { failure: unknown, finding: unknownException(unknown) } : null;
}

function fromEnding(log: Transcript, judgement: Judgement, exit: ExitFacts): Conclusion | null {
  const signal = endSignal(exit);
  const isOrdered = log.stopLine !== null || isToldToStop(log);
  const isAsked = isOrdered || signal === "SIGTERM" || signal === "SIGINT";
  // What was only mentioned tells nothing of an engine that had come up.
  const mention = log.readyLine === null ? judgement.mentions[0] : undefined;
  if (mention && !isAsked) return chosen(mention, judgement);
  const finding =
    // Whoever has ordered an end and does not get it soon enough kills: that is no want of memory.
    (isOrdered && signal === "SIGKILL" ? cleanStop(log, false) : null) ??
    standstill(log, exit.code !== null || exit.signal !== null, isAsked) ??
    fromExit(exit) ??
    exitAfterDeath(log, exit) ??
    (isAsked ? cleanStop(log, false) : deadEngine(log)) ??
    (isFarewell(log, exit) ? cleanStop(log, false) : null);
  return finding && { failure: null, finding };
}

/** A start that has failed ends its other engines in the same way. */
function isToldToStop(log: Transcript): boolean {
  return log.toldLine !== null && !log.failures.some(saysStartFailed);
}

function isFarewell(log: Transcript, { code }: ExitFacts): boolean {
  return (code === null || code === 0) && log.lines.some(endsInOrder);
}

const mostEvidence = 5;
const longestEvidence = 400;

function evidence(log: Transcript, failure: Failure | null, finding: Finding): Diagnosis["evidence"] {
  const numbers = new Set<number>();
  if (failure) numbers.add(failure.line);
  for (const line of finding.alsoLines) numbers.add(line);
  for (let line = failure?.line ?? 1; line <= (failure?.lastLine ?? 0); line++) numbers.add(line);
  return [...numbers]
    .map((number) => ({ line: number, text: textOf(log, number) }))
    .filter(({ text }) => text !== "")
    .slice(0, mostEvidence);
}

function textOf(log: Transcript, number: number): string {
  const line = log.lines.find((candidate) => candidate.number === number);
  return line?.text.trim().slice(0, longestEvidence) ?? "";
}
