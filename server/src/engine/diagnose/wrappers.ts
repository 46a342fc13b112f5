import type { Failure } from "./transcript/types.ts";
import { wordsOf } from "./words.ts";

/** Exceptions that only say that something else has failed, or that somebody ended the program. */
const wrapping =
  /^(?:\w*EngineDeadError|CancelledError|KeyboardInterrupt|SystemExit|EOFError|BrokenPipeError|ConnectionResetError|ConnectionRefusedError|GeneratorExit|ProcessLookupError|TimeoutError: ?$)|Engine core initialization failed|Frontend process failed during|WorkerProc initialization failed|Engine process failed to start|Executor failed\.|^RuntimeError: cancelled|Engine loop (?:is not running|has died)|See stack trace (?:\(above\) )?for the root cause|Background loop has errored|died with exit code|^RuntimeError: torch_call_dispatcher\(.* API call failed|^HTTPError: 404|^\w*ExceptionGroup/;

const processDied =
  /Engine core proc \S+ died unexpectedly|engine core exited unexpectedly|Engine process \(pid \d+\) died/;
const engineDead =
  /EngineDeadError|Engine loop (?:is not running|has died)|EngineCore encountered (?:an issue|a fatal error)|Background loop has errored|MQLLMEngine is already dead/;

/** It has no words, and says much where it comes from: the queue between the engine and its workers. */
export function isQueueTimeout({ type, message, frames }: Failure): boolean {
  return (
    type === "TimeoutError" &&
    message === "" &&
    /(?:shm_broadcast|multiproc_executor)\.py$/.test(frames.at(-1)?.file ?? "")
  );
}

/** Judged by the first line of the message: what is printed right below it may belong to somebody else. */
export function isWrapper(failure: Failure): boolean {
  return wrapping.test(wordsOf(failure).split("\n", 1)[0] ?? "");
}

const quoted = /Inspect the stacktrace to find the original error: (\w+)\((["'])(.*)\2,?\)/s;

/** What a wrapper quotes, as if it had been printed itself: the server of versions 0.6 to 0.10 did so. */
export function withQuotedError(failure: Failure): Failure {
  const [, type, , message] = quoted.exec(failure.message) ?? [];
  if (type === undefined || message === undefined || message === "" || tellsOfDeath(message)) return failure;
  return { ...failure, type, message, isFatal: true };
}

export function saysStartFailed(failure: Failure): boolean {
  return /(?:WorkerProc|Engine core) initialization failed/.test(failure.message);
}

/** Its process is gone, and it is not said of what. */
export function saysProcessDied(failure: Failure): boolean {
  return processDied.test(wordsOf(failure));
}

/** The engine behind the server is gone. */
export function saysEngineIsDead(failure: Failure): boolean {
  return tellsOfDeath(wordsOf(failure)) || tellsOfDeath(failure.title);
}

function tellsOfDeath(text: string): boolean {
  return processDied.test(text) || engineDead.test(text);
}
