import type { JsonObject } from "../../util/unknown.ts";
import { BodyReader, summarize } from "./bodyReader.ts";
import type { SamplingFields } from "./samplingFields.ts";

/** A request to the Responses API after vLLM's request model. */
export interface ResponsesRequest {
  model: string | undefined;
  instructions: string | undefined;
  /** The input as messages, the instructions as the first of them. */
  messages: readonly unknown[];
  maxOutputTokens: number | undefined;
  sampling: SamplingFields;
  stream: boolean;
  requestId: string | undefined;
}

/** Throws the 400s that need nothing but the body. */
export function readResponsesRequest(body: JsonObject): ResponsesRequest {
  const reader = new BodyReader(body);
  reader.require("input");
  const { input } = body;
  if (input !== undefined && typeof input !== "string" && !Array.isArray(input)) {
    reader.add({
      type: "string_type",
      loc: "body.input",
      msg: "Input should be a valid string",
      input: summarize(input),
    });
  }
  const instructions = reader.string("instructions");
  const maxOutputTokens = reader.int("max_output_tokens");
  const model = reader.string("model");
  const stream = reader.boolean("stream") ?? false;
  const temperature = reader.float("temperature");
  const topP = reader.float("top_p");
  const topK = reader.int("top_k");
  const seed = reader.int("seed");
  const ignoreEos = reader.boolean("ignore_eos") ?? false;
  const requestId = reader.string("request_id");
  reader.check();
  return {
    model,
    instructions,
    messages: messagesOf(instructions, input),
    maxOutputTokens,
    sampling: { ...defaults, temperature, topP, topK, seed, ignoreEos },
    stream,
    requestId,
  };
}

const defaults: SamplingFields = {
  n: 1,
  temperature: undefined,
  minTokens: 0,
  ignoreEos: false,
  seed: undefined,
  logprobs: undefined,
  promptLogprobs: undefined,
  presencePenalty: undefined,
  frequencyPenalty: undefined,
  repetitionPenalty: undefined,
  topP: undefined,
  topK: undefined,
  minP: undefined,
  stop: [],
  beamSearch: false,
};

function messagesOf(instructions: string | undefined, input: unknown): unknown[] {
  const first = instructions === undefined ? [] : [{ role: "system", content: instructions }];
  const rest: unknown[] = Array.isArray(input) ? input : [{ role: "user", content: input }];
  return [...first, ...rest];
}
