import { messageOf } from "../../util/unknown.ts";
import { FieldReader, shown, TimelineError } from "./fieldReader.ts";
import {
  type Action,
  type Condition,
  isIncident,
  type StartupFault,
  type Timeline,
  type TimelineEvent,
} from "./timeline.ts";

/** Longer waits than a timer can do (and than anybody means). */
const MAX_MS = 2 ** 31 - 1;

/** Reads a timeline file (schemas/simulator-timeline.schema.json). Throws TimelineError for the first mistake. */
export function parseTimeline(text: string): Timeline {
  const reader = new FieldReader(parseJson(text), "timeline");
  reader.text("$schema");
  const startup = reader.object("startup");
  const events = reader
    .list("events")
    .map((event, index) => readEvent(new FieldReader(event, `timeline.events[${index}]`)));
  reader.end();
  return { startup: readStartup(startup), events };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TimelineError(`The timeline is not JSON: ${messageOf(error)}.`);
  }
}

function readStartup(reader: FieldReader | undefined): Timeline["startup"] {
  if (reader === undefined) return { delayMs: 0, fault: undefined };
  const delayMs = reader.number("delayMs", 0, { max: MAX_MS });
  const fault = reader.object("fault");
  reader.end();
  return { delayMs, fault: fault === undefined ? undefined : readStartupFault(fault) };
}

function readStartupFault(reader: FieldReader): StartupFault {
  const kind = reader.text("kind");
  const fault = startupFaultOf(kind, reader);
  reader.end();
  return fault;
}

function startupFaultOf(kind: string | undefined, reader: FieldReader): StartupFault {
  switch (kind) {
    case "out-of-memory":
    case "never-ready":
      return { kind };
    case "kv-cache-too-small":
      return { kind, estimatedMaxModelLen: reader.number("estimatedMaxModelLen", 1024, { min: 1, whole: true }) };
    case "exit":
      return { kind, exitCode: exitCode(reader, 1), log: linesOf(reader) };
    default:
      throw unknownKind(reader, kind, ["out-of-memory", "kv-cache-too-small", "exit", "never-ready"]);
  }
}

function linesOf(reader: FieldReader): string[] {
  return reader.list("log").map((line) => lineOf(reader, line));
}

function lineOf(reader: FieldReader, line: unknown): string {
  if (typeof line === "string") return line;
  throw new TimelineError(`${reader.path}.log must hold texts, but holds ${shown(line)}.`);
}

function readEvent(reader: FieldReader): TimelineEvent {
  const when = reader.object("when");
  const action = reader.object("do");
  if (action === undefined) throw new TimelineError(`${reader.path}.do is missing: it says what happens.`);
  const condition = readCondition(when, reader.path);
  const happens = readAction(action);
  const times = reader.number("times", isIncident(happens) ? 1 : Infinity, { min: 1, whole: true });
  reader.end();
  return { when: condition, action: happens, times };
}

function readCondition(reader: FieldReader | undefined, eventPath: string): Condition {
  if (reader === undefined) throw new TimelineError(`${eventPath}.when is missing: it says when that happens.`);
  const count = { min: 1, whole: true };
  const prompt = reader.text("prompt");
  const only = reader.number("request", 0, count);
  const byClock = !["request", "fromRequest", "toRequest", "every", "prompt"].some((key) => reader.has(key));
  const condition = {
    firstRequest: only > 0 ? only : reader.number("fromRequest", 1, count),
    lastRequest: only > 0 ? only : reader.number("toRequest", Infinity, count),
    every: reader.number("every", 1, count),
    prompt,
    afterMs: reader.number("afterMs", 0, { max: MAX_MS }),
    forMs: reader.number("forMs", Infinity),
    byClock,
  };
  reader.end();
  return condition;
}

function readAction(reader: FieldReader): Action {
  const action = actionOf(reader.text("kind"), reader);
  reader.end();
  return action;
}

function actionOf(kind: string | undefined, reader: FieldReader): Action {
  switch (kind) {
    case "status":
      return {
        kind,
        status: reader.number("status", 503, { min: 400, max: 599, whole: true }),
        body: reader.text("body"),
        retryAfterSeconds: reader.has("retryAfterSeconds") ? reader.number("retryAfterSeconds", 0) : undefined,
      };
    case "reset":
    case "abort":
      return { kind };
    case "cut":
      return { kind, after: reader.number("after", 1, { whole: true }) };
    case "trickle":
      return { kind, bytesPerSecond: reader.number("bytesPerSecond", 100, { min: 1 }) };
    case "delay":
      return { kind, ms: reader.number("ms", 0, { max: MAX_MS }) };
    case "crash":
      return {
        kind,
        exitCode: exitCode(reader, 1),
        signal: signalOf(reader),
        orphan: reader.boolean("orphan"),
        log: linesOf(reader),
      };
    case "engine-death":
      return { kind, exitCode: exitCode(reader, 0), keepServing: reader.boolean("keepServing") };
    case "hang":
      return { kind, forMs: reader.number("forMs", Infinity) };
    default:
      throw unknownKind(reader, kind, [
        ...["status", "reset", "cut", "abort", "trickle", "delay"],
        ...["crash", "engine-death", "hang"],
      ]);
  }
}

function exitCode(reader: FieldReader, fallback: number): number {
  return reader.number("exitCode", fallback, { max: 255, whole: true });
}

const signals = ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT"] as const;

function signalOf(reader: FieldReader): NodeJS.Signals | undefined {
  const text = reader.text("signal");
  if (text === undefined) return undefined;
  const signal = signals.find((known) => known === text);
  if (signal !== undefined) return signal;
  throw new TimelineError(`${reader.path}.signal must be one of ${signals.join(", ")}, but is ${shown(text)}.`);
}

function unknownKind(reader: FieldReader, kind: string | undefined, known: readonly string[]): TimelineError {
  return new TimelineError(`${reader.path}.kind must be one of ${known.join(", ")}, but is ${shown(kind)}.`);
}
