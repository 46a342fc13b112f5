/** Whole lines for the catalogue, with a model name that needs no comment. */

const model = "Qwen/Qwen3-8B";

function line(url: string, body: object): string {
  return JSON.stringify({ custom_id: "1", method: "POST", url, body });
}

const question = [{ role: "user", content: "What is the capital of France?" }];

/** A chat; `fields` may replace the question. */
export function chat(fields: object): string {
  return line("/v1/chat/completions", { model, messages: question, ...fields });
}

export function chatWithoutModel(fields: object): string {
  return line("/v1/chat/completions", { messages: question, ...fields });
}

export function response(fields: object): string {
  return line("/v1/responses", { model, input: "What is the capital of France?", ...fields });
}

export function embedding(fields: object): string {
  return line("/v1/embeddings", { model: "Qwen/Qwen3-Embedding-0.6B", input: "Paris", ...fields });
}

export function transcription(fields: object): string {
  return line("/v1/audio/transcriptions", { model: "openai/whisper-large-v3", ...fields });
}

/** For OpenAI. */
export function openaiChat(fields: object): string {
  return line("/v1/chat/completions", { model: "gpt-4.1-mini", messages: question, ...fields });
}
