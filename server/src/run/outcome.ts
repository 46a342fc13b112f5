/** From what came back over HTTP to what it means for the request, and for the engine. */
import { bodyKindOf } from "../batch/endpoints.ts";
import { serverName } from "../engine/attach/serverFacts.ts";
import type { ServerKind } from "../protocol/engine.ts";
import { judgeAnswer, type Usage } from "./answerBody.ts";
import { parseErrorBody } from "./errorBody.ts";
import type { Answer, SendFailure, SendResult } from "./sendResult.ts";

export type Outcome =
  /** A result. `text` is the body as it came. */
  | { kind: "done"; statusCode: number; text: string; isJson: boolean; usage: Usage }
  /** Asking again would get the same answer. */
  | { kind: "permanent"; code: string; message: string; statusCode: number | null }
  /** This request failed, perhaps not again. Spends an attempt. */
  | { kind: "retry"; cause: string }
  /** The file that the request names could not be had. Spends an attempt and says nothing about the engine. */
  | { kind: "mediaAway"; cause: string }
  /** The engine is busy and said so. Spends nothing. */
  | { kind: "busy"; cause: string; retryAfterMs: number | null }
  /** This machine cannot have so many connections. Spends nothing. */
  | { kind: "crowded"; cause: string }
  /** The connection broke before any byte of the answer: an idle one that the server closed, or the engine died. */
  | { kind: "reset"; cause: string }
  /** No answer in time: a slow request or a hung engine, which only the rest of the run can tell. */
  | { kind: "late"; cause: string }
  /**
   * The engine answers nobody now. Spends nothing. `crash`: it was at work on this request when it went. `down`: it is
   * certain that it went, and did not just refuse.
   */
  | { kind: "engineAway"; cause: string; crash: boolean; down: boolean };

/** What classify has to know beside the answer. */
export interface OutcomeContext {
  url: string;
  server: ServerKind;
  /** The models that the engine served when it was last asked, or null. */
  servedModels: ReadonlySet<string> | null;
  /** The calendar's time in milliseconds, for a Retry-After with a date. */
  wallTimeMs: number;
  /** Whether a request of this run has had a result from this url. */
  answeredBefore: boolean;
}

export function classify(result: SendResult, context: OutcomeContext): Outcome {
  return result.kind === "answer" ? classifyAnswer(result, context) : classifyFailure(result);
}

function classifyFailure({ failure, message }: SendFailure): Outcome {
  switch (failure) {
    case "refused":
      return { kind: "engineAway", cause: message, crash: false, down: true };
    case "reset":
      return { kind: "reset", cause: message };
    case "cut":
      return { kind: "engineAway", cause: `the answer broke off in the middle: ${message}`, crash: true, down: false };
    case "deadline":
      return { kind: "late", cause: message };
    case "tooLarge":
      return { kind: "permanent", code: "run.answerTooLarge", message, statusCode: null };
    case "local":
      return { kind: "crowded", cause: message };
    case "media":
      return { kind: "mediaAway", cause: message };
    case "badMedia":
      return { kind: "permanent", code: "run.media", message, statusCode: null };
  }
}

function classifyAnswer(answer: Answer, context: OutcomeContext): Outcome {
  const { statusCode, text } = answer;
  if (lacksUrl(answer)) return context.answeredBefore ? gonePath(answer) : noEndpoint(answer, context);
  if (statusCode === 200) return classifySuccess(answer, context.url);
  if (statusCode === 500) return classifyServerError(text);
  const { message } = parseErrorBody(text);
  const said = `${statusCode}: ${message}`;
  if (statusCode === 429 || (statusCode === 503 && QUEUE_FULL.test(message))) {
    return { kind: "busy", cause: said, retryAfterMs: retryAfterMs(answer.retryAfter, context.wallTimeMs) };
  }
  if (NOTHING_LOADED.test(message)) return { kind: "engineAway", cause: said, crash: false, down: false };
  switch (statusCode) {
    case 401:
      return { kind: "engineAway", cause: `the engine refuses our key (${said})`, crash: false, down: false };
    case 502:
    case 503:
      return { kind: "engineAway", cause: said, crash: false, down: false };
    case 404:
      return classifyNotFound(text, context.servedModels);
    default:
      // 504 is a gateway that lost patience with this request; 408, 409 and 425 ask to try again; other 5xx may pass.
      return (statusCode >= 500 && statusCode !== 501) || [408, 409, 425].includes(statusCode)
        ? { kind: "retry", cause: said }
        : permanent(statusCode, text);
  }
}

/** Ollama, with OLLAMA_MAX_QUEUE requests (512) waiting already: "server busy, please try again. …". */
const QUEUE_FULL = /^server busy\b/i;

/** LM Studio, to every request, after its model was unloaded or before one was loaded (lms#107). */
const NOTHING_LOADED = /^No models loaded\b/i;

/** What servers say of a path that they do not have: Ollama's router, llama.cpp, FastAPI, others. */
const NO_SUCH_PATH = /^(?:404 page not found|405 method not allowed|file not found|not found|method not allowed)$/i;

/** What LM Studio says, with 200 (lmstudio-bug-tracker#618). */
const NO_SUCH_PATH_200 = "Unexpected endpoint or method";

function lacksUrl({ statusCode, text }: Answer): boolean {
  if (statusCode === 404 || statusCode === 405) return NO_SUCH_PATH.test(parseErrorBody(text).message);
  // Most answers are good ones: only what looks like it is parsed for it.
  if (statusCode !== 200 || text.length > 1000 || !text.includes(NO_SUCH_PATH_200)) return false;
  return parseErrorBody(text).message.startsWith(NO_SUCH_PATH_200);
}

function noEndpoint({ statusCode, text }: Answer, { url, server }: OutcomeContext): Outcome {
  const name = server === "other" ? "This server" : serverName(server);
  const said = `${statusCode}: ${parseErrorBody(text).message}`;
  // vLLM has the paths of what its model can do, and no others (VLLM.md §3.1).
  const model = server === "vllm" ? " with the model that it runs" : "";
  return { kind: "permanent", code: "run.noEndpoint", message: `${name} has no ${url}${model} (${said}).`, statusCode };
}

/** A proxy's words, too, while its engine is being started again: Traefik says what Go's `http.NotFound` says. */
function gonePath({ statusCode, text }: Answer): Outcome {
  const cause = `${statusCode}: ${parseErrorBody(text).message}. This url was there before`;
  return { kind: "engineAway", cause, crash: false, down: false };
}

function classifySuccess({ statusCode, text }: Answer, url: string): Outcome {
  const judgement = judgeAnswer(bodyKindOf(url), text);
  switch (judgement.kind) {
    case "result":
      return { kind: "done", statusCode, text, isJson: judgement.isJson, usage: judgement.usage };
    case "aborted":
      return { kind: "engineAway", cause: "the engine aborted the request", crash: true, down: false };
    case "incomplete":
      return { kind: "retry", cause: `200, but ${judgement.reason}` };
  }
}

/** vLLM: a dead engine answers 500 with this text (before 0.11 with nothing), then its server leaves. */
const ENGINE_DEAD = /EngineCore encountered an issue|EngineDeadError|engine (?:core )?(?:is )?dead/i;

function classifyServerError(text: string): Outcome {
  if (text.trim() === "") {
    return { kind: "engineAway", cause: "500 with an empty body: the engine is dead", crash: true, down: true };
  }
  const { message } = parseErrorBody(text);
  return ENGINE_DEAD.test(text)
    ? { kind: "engineAway", cause: `500: ${message}`, crash: true, down: true }
    : { kind: "retry", cause: `500: ${message}` };
}

/**
 * A model that was served a while ago and is unknown now means another engine on this URL, not a bad request. vLLM:
 * "The model `m` does not exist."; Ollama: `model "m" not found, try pulling it first`, without a param.
 */
function classifyNotFound(text: string, served: ReadonlySet<string> | null): Outcome {
  const { message, param } = parseErrorBody(text);
  const vllms = param === "model" ? /model `([^`]+)`/.exec(message) : null;
  const model = (vllms ?? /^model ["']([^"']+)["'] not found\b/.exec(message))?.[1];
  if (model !== undefined && served?.has(model) === true) {
    return { kind: "engineAway", cause: `404: ${message} It was there at the start.`, crash: false, down: false };
  }
  return permanent(404, text);
}

function permanent(statusCode: number, text: string): Outcome {
  const { message } = parseErrorBody(text);
  return { kind: "permanent", code: `run.http${statusCode}`, message: message || `HTTP ${statusCode}`, statusCode };
}

const LONGEST_WAIT_MS = 10 * 60_000;

/** Seconds or a date (RFC 9110 §10.2.3), at most ten minutes; null when absent or unreadable. */
export function retryAfterMs(value: string | undefined, wallTimeMs: number): number | null {
  if (value === undefined || value.trim() === "") return null;
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - wallTimeMs;
  return Number.isNaN(ms) ? null : Math.min(LONGEST_WAIT_MS, Math.max(0, ms));
}
