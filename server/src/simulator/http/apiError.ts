import { pythonText } from "../text/python.ts";

/** An answer that is not the one that was asked for: thrown anywhere on the way, sent by the server. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    super(body);
    this.status = status;
    this.body = body;
  }
}

/** vLLM's error object (0.32.0): `code` is the HTTP status. */
export function errorBody(status: number, type: string, message: string, param: string | null): string {
  return JSON.stringify({ error: { message, type, param, code: status } });
}

/** A request that vLLM understood and refused. With `value`, the message names both, as VLLMValidationError does. */
export function badRequest(message: string, param?: string, value?: string): ApiError {
  const where = param === undefined ? "" : ` (parameter=${param}${value === undefined ? "" : `, value=${value}`})`;
  return new ApiError(400, errorBody(400, "BadRequestError", message + where, param ?? null));
}

/** A refusal whose message leaves out the parameter that it names. */
export function badRequestAt(param: string, message: string): ApiError {
  return new ApiError(400, errorBody(400, "BadRequestError", message, param));
}

/** Generating routes name the aliases; pooling routes do not, and name no parameter (0.32.0, seen). */
export function unknownModel(model: string, aliases: readonly string[] | undefined): ApiError {
  const hint = aliases === undefined ? "" : ` Valid aliases: ${aliases.join(", ")}.`;
  const message = `The model \`${model}\` does not exist.${hint}`;
  return new ApiError(404, errorBody(404, "NotFoundError", message, aliases === undefined ? null : "model"));
}

export const ENGINE_DEAD = "EngineCore encountered an issue. See stack trace (above) for the root cause.";

export function engineDead(): ApiError {
  return new ApiError(500, errorBody(500, "InternalServerError", ENGINE_DEAD, null));
}

/** The 503 of a queue with a limit. */
export function queueFull(): ApiError {
  const message =
    "The engine is currently busy and cannot accept new requests. Please try again later or on a different instance.";
  return new ApiError(503, errorBody(503, "Service Unavailable", message, null));
}

/** One of pydantic's complaints. `loc` is dotted, without pydantic's own markers, as vLLM prints it. */
export interface Issue {
  type: string;
  loc: string;
  msg: string;
  /** As vLLM shortens it. */
  input: string;
  expected?: string;
}

const MAX_REPORTED_ISSUES = 10;

/** The 400 of a body that does not fit the request model. Texts are complaints that have no parts. */
export function validationError(issues: readonly (Issue | string)[]): ApiError {
  const [first] = issues;
  const label = issues.length === 1 ? "error" : "errors";
  const lines = issues.slice(0, MAX_REPORTED_ISSUES).map((issue) => `  ${describe(issue)}`);
  const more = issues.length - lines.length;
  if (more > 0) lines.push(`  ...and ${more} more ${label}`);
  const message = `${issues.length} validation ${label}:\n${lines.join("\n")}`;
  const param = first === undefined || typeof first === "string" ? null : first.loc;
  return new ApiError(400, errorBody(400, "Bad Request", message, param));
}

function describe(issue: Issue | string): string {
  if (typeof issue === "string") return issue;
  const { type, loc, msg, input, expected } = issue;
  const context = expected === undefined ? "" : `, 'ctx': {${contextOf(type, expected)}}`;
  return `{'type': '${type}', 'loc': '${loc}', 'msg': ${pythonText(msg)}, 'input': ${pythonText(input)}${context}}`;
}

function contextOf(type: string, expected: string): string {
  if (type === "json_invalid") return `'error': ${pythonText(expected)}`;
  return type === "literal_error" ? `'expected': ${pythonText(expected)}` : expected;
}
