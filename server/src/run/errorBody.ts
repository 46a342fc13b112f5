import { isObject, parseJson, property } from "../util/unknown.ts";

export interface ErrorBody {
  message: string;
  type: string | null;
  param: string | null;
}

/**
 * The error that an OpenAI-compatible server describes in its answer, in any of the shapes that are about:
 * `{"error":{"message",…}}` (OpenAI; vLLM since 0.10.1; Ollama, llama.cpp), the same fields without the wrapping (vLLM
 * before), a bare string under `error` (vLLM's 401, LM Studio) or `detail` (FastAPI). Anything else is its own message, cut short.
 */
export function parseErrorBody(text: string): ErrorBody {
  const value = parseJson(text);
  const error = property(value, "error");
  if (isObject(error)) return fields(error) ?? { message: shorten(text), type: null, param: null };
  for (const message of [error, property(value, "detail")]) {
    if (typeof message === "string") return { message, type: null, param: null };
  }
  return (isObject(value) ? fields(value) : null) ?? { message: shorten(text), type: null, param: null };
}

function fields(value: Record<string, unknown>): ErrorBody | null {
  const { message, type, param } = value;
  if (typeof message !== "string") return null;
  return { message, type: typeof type === "string" ? type : null, param: typeof param === "string" ? param : null };
}

/** Enough of a foreign page to recognise it by. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
