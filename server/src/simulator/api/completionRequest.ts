import { isObject, type JsonObject, property } from "../../util/unknown.ts";
import { badRequest, badRequestAt } from "../http/apiError.ts";
import { detokenize, VOCABULARY_SIZE } from "../text/tokenizer.ts";
import { BodyReader, summarize } from "./bodyReader.ts";
import { readSampling, type SamplingFields } from "./samplingFields.ts";

/** OpenAI's old default, which vLLM keeps. */
const DEFAULT_MAX_TOKENS = 16;

/** `tokens`: of one that was given as ids, of which each is a token; null: to be counted. */
export interface CompletionPrompt {
  text: string;
  tokens: number | null;
}

/** A text completion request after vLLM's request model. */
export interface CompletionRequest {
  model: string | undefined;
  prompts: readonly CompletionPrompt[];
  sampling: SamplingFields;
  maxTokens: number;
  echo: boolean;
  stream: boolean;
  includeUsage: boolean;
  returnTokenIds: boolean;
  requestId: string | undefined;
}

/** Throws the 400s that need nothing but the body. */
export function readCompletionRequest(body: JsonObject): CompletionRequest {
  const { prompt } = body;
  if (prompt === undefined || prompt === null || prompt === "") {
    throw badRequest("Either prompt or prompt_embeds must be provided and non-empty.", "prompt");
  }
  if (isObject(body["stream_options"]) && body["stream"] !== true) {
    throw badRequest("Stream options can only be defined when `stream=True`.", "stream_options");
  }
  const reader = new BodyReader(body);
  const model = reader.string("model");
  checkPromptType(reader);
  const echo = reader.boolean("echo") ?? false;
  const logprobs = reader.int("logprobs");
  const maxTokens = reader.int("max_tokens") ?? DEFAULT_MAX_TOKENS;
  const stream = reader.boolean("stream") ?? false;
  const options = reader.object("stream_options");
  const suffix = reader.string("suffix");
  const sampling = readSampling(reader, logprobs);
  const requestId = reader.string("request_id");
  const returnTokenIds = reader.boolean("return_token_ids") ?? false;
  reader.check();
  if (suffix !== undefined) {
    throw badRequestAt("suffix", "suffix is only supported for models with FIM completion rendering");
  }
  return {
    model,
    prompts: readPrompts(prompt),
    sampling,
    // With echo, nothing need be generated; vLLM generates one token all the same.
    maxTokens: echo && maxTokens === 0 ? 1 : maxTokens,
    echo,
    stream,
    includeUsage: property(options, "include_usage") === true,
    returnTokenIds,
    requestId,
  };
}

function checkPromptType(reader: BodyReader): void {
  const { prompt } = reader.body;
  if (typeof prompt === "string" || Array.isArray(prompt)) return;
  const input = summarize(prompt);
  reader.add({ type: "list_type", loc: "body.prompt", msg: "Input should be a valid list", input });
}

/** The texts of a prompt in any of its four forms. */
export function promptTexts(prompt: unknown): string[] {
  return readPrompts(prompt).map(({ text }) => text);
}

/** A prompt in any of its four forms: text, texts, ids, lists of ids. */
function readPrompts(prompt: unknown): CompletionPrompt[] {
  if (typeof prompt === "string") return [{ text: prompt, tokens: null }];
  if (!Array.isArray(prompt)) return [];
  if (prompt.length === 0) throw badRequest("You must pass at least one prompt");
  if (prompt.every((item) => typeof item === "number")) return [promptOfIds(prompt)];
  return prompt.map((item: unknown) =>
    Array.isArray(item) ? promptOfIds(item) : { text: String(item), tokens: null },
  );
}

function promptOfIds(ids: readonly unknown[]): CompletionPrompt {
  return { text: textOfIds(ids), tokens: ids.length };
}

/** Throws vLLM's 400 for an id that no token has. */
export function textOfIds(ids: readonly unknown[]): string {
  return detokenize(ids.map(checkedId));
}

function checkedId(id: unknown): number {
  if (typeof id === "number" && Number.isInteger(id) && id >= 0 && id < VOCABULARY_SIZE) return id;
  throw badRequest(`Token id ${String(id)} is out of vocabulary`);
}
