/** The endpoints a batch line may name in `url`, and which of them share one kind of body. */

/** Which for the body: `score` covers /score and /v1/score, `rerank` its three spellings. */
export type BodyKind =
  "chat" | "completion" | "embedding" | "response" | "score" | "rerank" | "transcription" | "translation";

const kinds: ReadonlyMap<string, BodyKind> = new Map([
  ["/v1/chat/completions", "chat"],
  ["/v1/completions", "completion"],
  ["/v1/embeddings", "embedding"],
  ["/v1/responses", "response"],
  ["/v1/score", "score"],
  ["/score", "score"],
  ["/v1/rerank", "rerank"],
  ["/rerank", "rerank"],
  ["/v2/rerank", "rerank"],
  ["/v1/audio/transcriptions", "transcription"],
  ["/v1/audio/translations", "translation"],
]);

/** All urls, in the order in which messages list them. */
export const endpointUrls: readonly string[] = [...kinds.keys()];

/** undefined for an unknown url. */
export function bodyKindOf(url: string): BodyKind | undefined {
  return kinds.get(url);
}

/** What a file is written for: it decides what is an error. */
export type Target = "vllm" | "openai";

/** What OpenAI's Batch guide lists and a vLLM server does not serve. */
const openAiOnlyUrls: readonly string[] = [
  "/v1/moderations",
  "/v1/images/generations",
  "/v1/images/edits",
  "/v1/videos",
];

const sharedUrls: readonly string[] = ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"];

/** The urls that may stand in a batch file for `target`. */
export function urlsOf(target: Target): readonly string[] {
  return target === "vllm" ? endpointUrls : [...sharedUrls, ...openAiOnlyUrls];
}

/** The other target, when the url is one of its own only. */
export function foreignTargetOf(url: string, target: Target): Target | undefined {
  const other = target === "vllm" ? "openai" : "vllm";
  return !urlsOf(target).includes(url) && urlsOf(other).includes(url) ? other : undefined;
}

/** What a model must be able to do: one server runs one model, and few models can do two of these. */
export type Task = "text generation" | "embeddings and scores" | "speech to text";

const tasks: Readonly<Record<BodyKind, Task>> = {
  chat: "text generation",
  completion: "text generation",
  response: "text generation",
  embedding: "embeddings and scores",
  score: "embeddings and scores",
  rerank: "embeddings and scores",
  transcription: "speech to text",
  translation: "speech to text",
};

export function taskOf(kind: BodyKind): Task {
  return tasks[kind];
}
