/** Batch requests that a model of random weights can answer, and what shows that an answer belongs to its request. */
export interface MadeRequest {
  custom_id: string;
  method: "POST";
  url: string;
  body: Readonly<Record<string, unknown>>;
}

/**
 * `count` requests over the endpoints of an engine that generates. No two neighbours want the same number of tokens,
 * and all of them get exactly what they want: so `completion_tokens` tells when an answer went to the wrong request.
 */
export function generateRequests(count: number, model: string, firstTokens = 8): MadeRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const tokens = wantedTokens(index, firstTokens);
    const sampling = { model, temperature: 0, ignore_eos: true };
    const prompt = `Request ${index}: name ${index % 7} animals.`;
    const kinds = [
      ["/v1/chat/completions", { messages: [{ role: "user", content: prompt }], max_completion_tokens: tokens }],
      ["/v1/completions", { prompt, max_tokens: tokens }],
      ["/v1/responses", { input: prompt, max_output_tokens: tokens }],
    ] as const;
    const [url, own] = kinds[index % kinds.length] ?? kinds[0];
    return request(`generate-${index}`, url, { ...sampling, ...own });
  });
}

export const wantedTokens = (index: number, firstTokens = 8): number => firstTokens + (index % 23);

/** `count` requests over the endpoints of an engine that embeds. Request number N has N mod 5 + 1 texts. */
export function poolingRequests(count: number, model: string): MadeRequest[] {
  const urls = ["/v1/embeddings", "/v1/score", "/score", "/v1/rerank", "/rerank", "/v2/rerank"] as const;
  return Array.from({ length: count }, (_, index) => {
    const url = urls[index % urls.length] ?? urls[0];
    const texts = Array.from({ length: wantedTexts(index) }, (_, text) => `Text ${text} of request ${index}.`);
    const kinds = {
      "/v1/embeddings": { input: texts },
      "/v1/score": { text_1: `Which is about ${index}?`, text_2: texts },
      "/score": { text_1: `Which is about ${index}?`, text_2: texts },
      "/v1/rerank": { query: `Which is about ${index}?`, documents: texts },
      "/rerank": { query: `Which is about ${index}?`, documents: texts },
      "/v2/rerank": { query: `Which is about ${index}?`, documents: texts },
    };
    return request(`pooling-${index}`, url, { model, ...kinds[url] });
  });
}

export const wantedTexts = (index: number): number => (index % 5) + 1;

export function toLines(requests: readonly MadeRequest[]): string {
  return requests.map((made) => `${JSON.stringify(made)}\n`).join("");
}

function request(customId: string, url: string, body: Readonly<Record<string, unknown>>): MadeRequest {
  return { custom_id: customId, method: "POST", url, body };
}
