/** The lines of output.jsonl and errors.jsonl: how they are made, and how they are read again. */
import type { ErrorLine } from "../protocol/records.ts";
import { property } from "../util/unknown.ts";
import type { Usage } from "./answerBody.ts";
import type { AnsweredRequest, FailedRequest } from "./ports.ts";

/**
 * A line of the output file, with the LF. The body stands in it as the engine sent it: parsed and written anew, numbers
 * would change. Keys in the order of `vllm run-batch`.
 */
export function outputLine(id: string, { request, requestId, statusCode, text, isJson }: AnsweredRequest): string {
  return (
    `{"id":"${id}","custom_id":${JSON.stringify(request.customId)},"response":{"status_code":${statusCode},` +
    `"request_id":"${requestId}","body":${embeddable(text, isJson)}},"error":null}\n`
  );
}

/** A line of the error file, with the LF. vLLM's own reader (BatchRequestOutput) takes it too: a null body. */
export function errorLine(id: string, { request, error, answer }: FailedRequest): string {
  const response =
    answer === null ? null : { status_code: answer.statusCode, request_id: answer.requestId, body: null };
  const line: ErrorLine = { id, custom_id: request.customId, response, error };
  return `${JSON.stringify(line)}\n`;
}

/** A line of the error file for a line of the batch file that was never sent. */
export function invalidLine(id: string, customId: string | null, error: ErrorLine["error"]): string {
  const line: ErrorLine = { id, custom_id: customId, response: null, error };
  return `${JSON.stringify(line)}\n`;
}

/** JSON on one line: outside of strings, where JSON allows no raw line breaks, a space does as well. */
function embeddable(text: string, isJson: boolean): string {
  if (!isJson) return JSON.stringify(text);
  return text.includes("\n") || text.includes("\r") ? text.replace(/[\r\n]+/g, " ") : text;
}

const HEAD = Buffer.from('{"id":"');
const CUSTOM_ID = Buffer.from('","custom_id":"');
const TAIL = Buffer.from('"error":null}');
const USAGE = [Buffer.from('"usage":{'), Buffer.from('"usage": {')];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a run needs to know of a line that is there already. */
export interface KnownLine {
  customId: string | null;
  /** Line of the batch file; 0 in the output file, which does not say. */
  line: number;
  /** The same, but for an object that was printed over several lines. */
  endLine: number;
  /** False for a line that was never sent. */
  sent: boolean;
  usage: Usage;
}

/**
 * Reads a line of the output file that has our own shape, without parsing it; null for any other. Quick: a resume
 * reads hundreds of thousands of them before its first request.
 */
export function readOwnOutputLine(line: Buffer): KnownLine | null {
  const customIdAt = HEAD.length + 21;
  const start = customIdAt + CUSTOM_ID.length;
  if (!startsWith(line, HEAD, 0) || !startsWith(line, CUSTOM_ID, customIdAt)) return null;
  if (!startsWith(line, TAIL, line.length - TAIL.length)) return null;
  let end = start;
  while (end < line.length && line[end] !== QUOTE) {
    if (line[end] === BACKSLASH) return null;
    end += 1;
  }
  return { customId: line.toString("utf8", start, end), line: 0, endLine: 0, sent: true, usage: usageOf(line) };
}

/** Reads any line of either file by parsing it. null when it is not such a line. */
export function readLine(line: Buffer): KnownLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch {
    return null;
  }
  const customId = property(value, "custom_id");
  if (typeof customId !== "string" && customId !== null) return null;
  const error = property(value, "error");
  const start = wholeNumber(property(error, "line")) ?? 0;
  return {
    customId,
    line: start,
    endLine: wholeNumber(property(error, "end_line")) ?? start,
    sent: property(error, "attempts") !== 0,
    usage: usageOf(line),
  };
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : undefined;
}

function startsWith(line: Buffer, part: Buffer, at: number): boolean {
  return at >= 0 && line.length >= at + part.length && line.compare(part, 0, part.length, at, at + part.length) === 0;
}

/** Within a JSON string the second quote would be escaped: this finds only a real key. */
function usageOf(line: Buffer): Usage {
  const at = Math.max(...USAGE.map((key) => line.lastIndexOf(key)));
  if (at === -1) return { promptTokens: 0, completionTokens: 0 };
  const text = line.toString("latin1", at, Math.min(line.length, at + 400));
  return {
    promptTokens: number(text, "prompt_tokens") ?? number(text, "input_tokens") ?? 0,
    completionTokens: number(text, "completion_tokens") ?? number(text, "output_tokens") ?? 0,
  };
}

function number(text: string, key: string): number | undefined {
  const at = text.indexOf(`"${key}":`);
  return at === -1 ? undefined : Number.parseInt(text.slice(at + key.length + 3), 10) || 0;
}
