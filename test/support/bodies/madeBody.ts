import type { BodyKind } from "../../../server/src/batch/endpoints.ts";

/** A body to ask an engine and our check about. */
export interface MadeBody {
  kind: BodyKind;
  /** Where it differs from a plain body of its kind, and how: `temperature` … */
  place: string;
  /** … `"0.7"`. Both together are its name. */
  value: string;
  /** The body in JSON, as it is sent: numbers are written as they are meant. */
  text: string;
}

export const urlOf: Readonly<Record<BodyKind, string>> = {
  chat: "/v1/chat/completions",
  completion: "/v1/completions",
  embedding: "/v1/embeddings",
  response: "/v1/responses",
  score: "/v1/score",
  rerank: "/v1/rerank",
  transcription: "/v1/audio/transcriptions",
  translation: "/v1/audio/translations",
};

/** Which engine serves which kinds: text, or numbers. */
export const generatingKinds: readonly BodyKind[] = ["chat", "completion", "response"];
export const poolingKinds: readonly BodyKind[] = ["embedding", "score", "rerank"];
/** The tiny model has no ears: for these vLLM's own request models are asked, without an engine. */
export const audioKinds: readonly BodyKind[] = ["transcription", "translation"];

/** A plain body of each kind, which costs the engine little. */
export const plainBodies: Readonly<Record<BodyKind, Readonly<Record<string, unknown>>>> = {
  chat: { model: "tiny", messages: [{ role: "user", content: "hi" }], max_completion_tokens: 2 },
  completion: { model: "tiny", prompt: "hi", max_tokens: 2 },
  response: { model: "tiny", input: "hi", max_output_tokens: 2 },
  embedding: { model: "tiny", input: "hi" },
  score: { model: "tiny", text_1: "hi", text_2: "ho" },
  rerank: { model: "tiny", query: "hi", documents: ["ho", "a b"] },
  transcription: { model: "tiny", file_url: "data:audio/wav;base64,UklGRiQAAABXQVZF" },
  translation: { model: "tiny", file_url: "data:audio/wav;base64,UklGRiQAAABXQVZF" },
};

/** A value that is written as it stands: 5.0 and 1e999 are not what JSON.stringify makes of them. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON, with raw values as they are. */
export function writeJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .filter(([, child]) => child !== undefined)
    .map(([key, child]) => `${JSON.stringify(key)}:${writeJson(child)}`)
    .join(",")}}`;
}
