import type { BodyKind } from "../batch/endpoints.ts";
import { isObject, property, type JsonObject } from "../util/unknown.ts";

export interface Usage {
  promptTokens: number;
  completionTokens: number;
}

/** What the body of a 200 says. A 200 alone is no result: vLLM answers so when it is stopped in the middle. */
export type AnswerJudgement =
  | { kind: "result"; isJson: boolean; usage: Usage }
  /** The engine broke it off: `finish_reason` is "abort", what every request gets when vLLM is shut down. */
  | { kind: "aborted" }
  | { kind: "incomplete"; reason: string };

const NO_USAGE: Usage = { promptTokens: 0, completionTokens: 0 };

/** Looks whether the body of a 200 is a whole result of this kind of endpoint. */
export function judgeAnswer(kind: BodyKind | undefined, text: string): AnswerJudgement {
  // Transcriptions in the formats text, srt and vtt are no JSON.
  const audio = kind === "transcription" || kind === "translation";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const isTranscript = audio && text !== "";
    return isTranscript ? { kind: "result", isJson: false, usage: NO_USAGE } : incomplete("the answer is not JSON");
  }
  if (!isObject(value)) return incomplete("the answer is no JSON object");
  if (isObject(value["error"])) return incomplete("the answer is 200 and yet describes an error");
  return judgeObject(kind, value) ?? { kind: "result", isJson: true, usage: usageOf(value["usage"]) };
}

/** null when nothing is missing. */
function judgeObject(kind: BodyKind | undefined, value: JsonObject): AnswerJudgement | null {
  switch (kind) {
    case "chat":
    case "completion":
      return judgeChoices(value["choices"]);
    case "response":
      return judgeResponse(value["status"]);
    case "embedding":
    case "score":
      return Array.isArray(value["data"]) ? null : incomplete("the answer has no data");
    case "rerank":
      return Array.isArray(value["results"]) ? null : incomplete("the answer has no results");
    case "transcription":
    case "translation":
      return typeof value["text"] === "string" ? null : incomplete("the answer has no text");
    case undefined:
      return null;
  }
}

function judgeChoices(choices: unknown): AnswerJudgement | null {
  if (!Array.isArray(choices) || choices.length === 0) return incomplete("the answer has no choices");
  for (const choice of choices as unknown[]) {
    const reason = property(choice, "finish_reason");
    if (reason === "abort") return { kind: "aborted" };
    if (typeof reason !== "string") return incomplete("finish_reason is missing: the answer broke off");
    if (reason === "error") return incomplete('finish_reason is "error"');
  }
  return null;
}

/** Of the Responses API: "incomplete" is a whole answer that met `max_output_tokens`. */
function judgeResponse(status: unknown): AnswerJudgement | null {
  if (status === "completed" || status === "incomplete") return null;
  if (status === "cancelled") return { kind: "aborted" };
  return incomplete(`its status is ${typeof status === "string" ? `"${status}"` : "missing"}`);
}

/** Chat and completions say prompt_tokens, the Responses API input_tokens. */
function usageOf(usage: unknown): Usage {
  if (!isObject(usage)) return NO_USAGE;
  return {
    promptTokens: count(usage["prompt_tokens"]) ?? count(usage["input_tokens"]) ?? 0,
    completionTokens: count(usage["completion_tokens"]) ?? count(usage["output_tokens"]) ?? 0,
  };
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function incomplete(reason: string): AnswerJudgement {
  return { kind: "incomplete", reason };
}
