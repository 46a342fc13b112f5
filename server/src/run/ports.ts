/** What the dispatcher needs of the world; `io/` has the real ones, tests have fakes. */
import type { RunError, RunEvent } from "../protocol/records.ts";
import type { Usage } from "./answerBody.ts";
import type { ManagedEngine } from "./managedEngine.ts";
import type { BatchRequest } from "./request.ts";
import type { SendResult } from "./sendResult.ts";

/** The requests that have not been sent yet, in the order in which they should be. */
export interface RequestSource {
  /** The next one that is at hand. */
  take(): BatchRequest | undefined;
  /** True when `take` will never again give one. */
  readonly ended: boolean;
  /** About how many are still to come, those at hand included. */
  readonly left: number;
  /** Is called when `take` has something again, or has ended. */
  onMore: (() => void) | null;
}

/** Sends a request once. Calls back exactly once, later; `abort` makes it call back soon, with a failure. */
export type Send = (request: BatchRequest, requestId: string, onResult: (result: SendResult) => void) => Abort;

/** `lost`: the engine that had it is gone. */
export type Abort = (reason: "deadline" | "stopped" | "lost") => void;

export interface AnsweredRequest {
  request: BatchRequest;
  requestId: string;
  statusCode: number;
  /** The body as it came. */
  text: string;
  /** False for a transcript in plain text. */
  isJson: boolean;
  usage: Usage;
}

export interface FailedRequest {
  request: BatchRequest;
  error: RunError;
  /** The answer that was its last word, if there was one. */
  answer: { statusCode: number; requestId: string } | null;
}

/** Where results go. They are written at once and saved soon after; who needs to know that listens to the log. */
export interface ResultSink {
  answered(result: AnsweredRequest): void;
  failed(result: FailedRequest): void;
  /** True while nothing can be written: do not make more results. */
  readonly blocked: boolean;
}

export type EventSink = (event: RunEvent["event"], details?: Record<string, unknown>) => void;

/** An engine that somebody watches: what he says of it, and what he is told. */
export type WatchedEngine = Pick<ManagedEngine, "notReady" | "failure" | "inFlight" | "isolating" | "explained">;

/** Asks the engine's health. Resolves to why it is not healthy, or null. Never rejects. */
export type Probe = () => Promise<string | null>;
