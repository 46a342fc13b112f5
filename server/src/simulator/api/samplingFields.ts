import { badRequest } from "../http/apiError.ts";
import { pythonFloat } from "../text/python.ts";
import type { BodyReader } from "./bodyReader.ts";

/** The fields that say how to sample, after pydantic; undefined where the default holds. */
export interface SamplingFields {
  n: number;
  temperature: number | undefined;
  minTokens: number;
  ignoreEos: boolean;
  seed: number | undefined;
  logprobs: number | undefined;
  promptLogprobs: number | undefined;
  presencePenalty: number | undefined;
  frequencyPenalty: number | undefined;
  repetitionPenalty: number | undefined;
  topP: number | undefined;
  topK: number | undefined;
  minP: number | undefined;
  stop: readonly string[];
  beamSearch: boolean;
}

/** Reads them; `logprobs` means something else in chat, so the caller reads it. */
export function readSampling(reader: BodyReader, logprobs: number | undefined): SamplingFields {
  const frequencyPenalty = reader.float("frequency_penalty");
  const n = reader.int("n") ?? 1;
  const presencePenalty = reader.float("presence_penalty");
  const seed = reader.int("seed");
  const stop = readStop(reader);
  const temperature = reader.float("temperature");
  const topP = reader.float("top_p");
  const topK = reader.int("top_k");
  const minP = reader.float("min_p");
  const repetitionPenalty = reader.float("repetition_penalty");
  reader.list("stop_token_ids");
  const ignoreEos = reader.boolean("ignore_eos") ?? false;
  const minTokens = reader.int("min_tokens") ?? 0;
  reader.boolean("skip_special_tokens");
  const promptLogprobs = reader.int("prompt_logprobs");
  const beamSearch = reader.boolean("use_beam_search") ?? false;
  return {
    n,
    temperature,
    minTokens,
    ignoreEos,
    seed,
    logprobs,
    promptLogprobs,
    presencePenalty,
    frequencyPenalty,
    repetitionPenalty,
    topP,
    topK,
    minP,
    stop,
    beamSearch,
  };
}

function readStop(reader: BodyReader): readonly string[] {
  const value = reader.body["stop"];
  if (value === undefined || value === null) return [];
  if (typeof value === "string") return [value];
  return (reader.list("stop") ?? []).filter((item) => typeof item === "string");
}

const MAX_LOGPROBS = 20;

/** The ranges that vLLM checks after pydantic, in its order and words. `maxTokens` is what will be generated at most. */
export function verifySampling(fields: SamplingFields, maxTokens: number): void {
  if (fields.n < 1) throw badRequest(`n must be at least 1, got ${fields.n}.`);
  verifyPenalties(fields);
  verifyTemperature(fields.temperature);
  const { topP, topK, minP, minTokens, logprobs, promptLogprobs } = fields;
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw badRequest(`top_p must be in (0, 1], got ${pythonFloat(topP)}.`, "top_p", pythonFloat(topP));
  }
  if (topK !== undefined && topK < -1) {
    throw badRequest(`top_k must be 0 (disable), or at least 1, got ${topK}.`);
  }
  if (minP !== undefined && !(minP >= 0 && minP <= 1)) {
    throw badRequest(`min_p must be in [0, 1], got ${pythonFloat(minP)}.`);
  }
  if (maxTokens < 1) {
    throw badRequest(`max_tokens must be at least 1, got ${maxTokens}.`, "max_tokens", String(maxTokens));
  }
  if (minTokens < 0) throw badRequest(`min_tokens must be greater than or equal to 0, got ${minTokens}.`);
  if (minTokens > maxTokens) {
    throw badRequest(`min_tokens must be less than or equal to max_tokens=${maxTokens}, got ${minTokens}.`);
  }
  if (fields.stop.includes("")) throw badRequest("stop cannot contain an empty string.");
  if (fields.temperature === 0 && fields.n > 1 && !fields.beamSearch) {
    throw badRequest(`n must be 1 when using greedy sampling, got ${fields.n}.`);
  }
  verifyCount("sample logprobs", "logprobs", logprobs);
  verifyCount("prompt logprobs", "prompt_logprobs", promptLogprobs);
}

function verifyPenalties({ presencePenalty, frequencyPenalty, repetitionPenalty }: SamplingFields): void {
  const pairs = [
    ["presence_penalty", presencePenalty],
    ["frequency_penalty", frequencyPenalty],
  ] as const;
  for (const [name, value] of pairs) {
    if (value !== undefined && !(value >= -2 && value <= 2)) {
      throw badRequest(`${name} must be in [-2, 2], got ${pythonFloat(value)}.`);
    }
  }
  if (repetitionPenalty !== undefined && repetitionPenalty <= 0) {
    throw badRequest(`repetition_penalty must be greater than zero, got ${pythonFloat(repetitionPenalty)}.`);
  }
}

function verifyTemperature(temperature: number | undefined): void {
  if (temperature === undefined) return;
  const value = pythonFloat(temperature);
  if (temperature < 0) throw badRequest(`temperature must be non-negative, got ${value}.`, "temperature", value);
  if (temperature > 2) throw badRequest(`temperature must be in [0, 2], got ${value}.`, "temperature", value);
}

function verifyCount(what: string, name: string, value: number | undefined): void {
  if (value === undefined || value <= MAX_LOGPROBS) return;
  throw badRequest(
    `Requested ${what} of ${value}, which is greater than max allowed: ${MAX_LOGPROBS}`,
    name,
    String(value),
  );
}
