/** The endpoints a batch line may name in `url`, and which of them share one kind of body. */

/** Which for the body: `score` covers /score and /v1/score, `rerank` its three spellings. */
export type BodyKind =
  "chat" | "completion" | "embedding" | "response" | "score" | "rerank" | "transcription" | "translation";

const kinds: Readonly<Record<string, BodyKind>> = {
  "/v1/chat/completions": "chat",
  "/v1/completions": "completion",
  "/v1/embeddings": "embedding",
  "/v1/responses": "response",
  "/v1/score": "score",
  "/score": "score",
  "/v1/rerank": "rerank",
  "/rerank": "rerank",
  "/v2/rerank": "rerank",
  "/v1/audio/transcriptions": "transcription",
  "/v1/audio/translations": "translation",
};

/** All urls, in the order in which messages list them. */
export const endpointUrls: readonly string[] = Object.keys(kinds);

/** undefined for an unknown url. */
export function bodyKindOf(url: string): BodyKind | undefined {
  return Object.hasOwn(kinds, url) ? kinds[url] : undefined;
}

/** What a file is written for: it decides what is an error. */
export type Target = "vllm" | "openai";
