import { foreignText } from "../util/printable.ts";
import { isObject, parseJson, property } from "../util/unknown.ts";

export interface ErrorBody {
  message: string;
  type: string | null;
  param: string | null;
}

/**
 * The error that an OpenAI-compatible server describes in its answer, in any of the shapes that are about:
 * `{"error":{"message",…}}` (OpenAI; vLLM since 0.10.1; Ollama, llama.cpp), the same fields without the wrapping (vLLM
 * before), a bare string under `error` (vLLM's 401, LM Studio) or `detail` (FastAPI). Anything else is its own message.
 * A message is one line without control characters, and cut short: it goes to terminals and into records.
 */
export function parseErrorBody(text: string): ErrorBody {
  const value = parseJson(text);
  const error = property(value, "error");
  if (isObject(error)) return fields(error) ?? { message: shorten(text), type: null, param: null };
  for (const message of [error, property(value, "detail")]) {
    if (typeof message === "string") return { message: shorten(message), type: null, param: null };
  }
  return (isObject(value) ? fields(value) : null) ?? { message: shorten(text), type: null, param: null };
}

function fields(value: Record<string, unknown>): ErrorBody | null {
  const { message, type, param } = value;
  if (typeof message !== "string") return null;
  return {
    message: shorten(message),
    type: typeof type === "string" ? type : null,
    param: typeof param === "string" ? param : null,
  };
}

const LONGEST_MESSAGE = 500;

/** Enough of a foreign page to recognise it by, and all of what servers say in a sentence or two. */
function shorten(text: string): string {
  const line = foreignText(text.replace(/\s+/g, " ").trim(), LONGEST_MESSAGE + 1);
  return line.length > LONGEST_MESSAGE ? `${foreignText(line, LONGEST_MESSAGE)}…` : line;
}
