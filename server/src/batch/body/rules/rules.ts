import type { BodyKind } from "../../endpoints.ts";
import { pairs } from "../pairs.ts";
import {
  checkBackground,
  checkBadWords,
  checkBeamSearch,
  checkContinuation,
  checkEcho,
  checkFlatStreamOption,
  checkGreedy,
  checkLogprobTokenIds,
  checkPreviousInput,
  checkRepetition,
  checkSide,
  checkStreamOptions,
  checkTopLogprobs,
} from "./combinations.ts";
import { checkResponseFormat, checkStructuredOutputs, checkTextFormat } from "./constraints.ts";
import {
  checkAllowedTokens,
  checkContext,
  checkDimensions,
  checkLogprobs,
  checkSuffix,
  checkTemplateArguments,
  checkThinkingBudget,
  checkTools,
  checkTransferredTokens,
  checkVocabulary,
  needsFlag,
} from "./engine.ts";
import {
  checkEmbeddingMessages,
  checkEncoding,
  checkInclude,
  checkLengthPenalty,
  checkMaxToolCalls,
  checkOfChat,
  checkReasoningSummary,
  checkServiceTier,
  checkTopLogprobsOfResponse,
  checkTruncationSide,
  includesLogprobs,
} from "./idle.ts";
import { checkBothLimits, checkMinTokens, checkNoTokens, checkTruncation } from "./lengths.ts";
import { checkAnswers, checkBias, checkMaxTokensName } from "./openai.ts";
import { checkFileUrl } from "./fileUrl.ts";
import type { FieldRule } from "./rule.ts";

type Rules = Readonly<Record<string, readonly FieldRule[]>>;

const prompts: Rules = {
  mm_processor_kwargs: [needsFlag("mm_processor_kwargs")],
  priority: [needsFlag("priority")],
  truncate_prompt_tokens: [checkTruncation, checkContext("truncate_prompt_tokens")],
  truncation_side: [checkTruncationSide],
};

const answers: Rules = {
  ec_transfer_params: [needsFlag("ec_transfer_params")],
  logit_bias: [checkVocabulary("logit_bias"), checkBias],
  stop_token_ids: [checkVocabulary("stop_token_ids")],
  structured_outputs: [checkStructuredOutputs],
  watermarking: [needsFlag("watermarking")],
};

const generated: Rules = {
  ...prompts,
  ...answers,
  allowed_token_ids: [checkVocabulary("allowed_token_ids"), checkAllowedTokens],
  bad_words: [checkBadWords],
  length_penalty: [checkLengthPenalty],
  logprob_token_ids: [checkLogprobTokenIds, checkVocabulary("logprob_token_ids")],
  min_tokens: [checkMinTokens],
  n: [checkAnswers],
  prompt_logprobs: [checkLogprobs("prompt_logprobs")],
  repetition_detection: [checkRepetition],
  response_format: [checkResponseFormat],
  routed_experts_prompt_start: [needsFlag("routed_experts_prompt_start")],
  stream_options: [checkStreamOptions],
  temperature: [checkGreedy],
  thinking_token_budget: [checkThinkingBudget],
  use_beam_search: [checkBeamSearch],
};

const audio: Rules = {
  file_url: [checkFileUrl],
  length_penalty: [checkLengthPenalty],
  stream_continuous_usage_stats: [checkFlatStreamOption("stream_continuous_usage_stats")],
  stream_include_usage: [checkFlatStreamOption("stream_include_usage")],
  watermarking: [needsFlag("watermarking")],
};

const scored: Rules = {
  ...prompts,
  max_tokens_per_doc: [checkContext("max_tokens_per_doc")],
  max_tokens_per_query: [checkContext("max_tokens_per_query")],
};

const compared: Rules = Object.fromEntries(pairs.flat().map((key) => [key, [checkSide(key)]]));

const byKind: Record<BodyKind, Rules> = {
  chat: {
    ...generated,
    chat_template: [needsFlag("chat_template")],
    chat_template_kwargs: [checkTemplateArguments],
    continue_final_message: [checkContinuation],
    kv_transfer_params: [needsFlag("kv_transfer_params"), checkTransferredTokens],
    max_completion_tokens: [checkBothLimits, checkContext("max_completion_tokens")],
    max_tokens: [checkMaxTokensName, checkContext("max_tokens")],
    media_io_kwargs: [needsFlag("media_io_kwargs")],
    tools: [checkTools],
    top_logprobs: [checkTopLogprobs, checkLogprobs("top_logprobs")],
  },
  completion: {
    ...generated,
    echo: [checkEcho],
    kv_transfer_params: [needsFlag("kv_transfer_params")],
    logprobs: [checkLogprobs("logprobs", { openaiMost: 5 })],
    max_tokens: [checkNoTokens, checkContext("max_tokens")],
    prompt_embeds: [needsFlag("prompt_embeds")],
    suffix: [checkSuffix],
  },
  response: {
    ...prompts,
    ...answers,
    background: [checkBackground],
    chat_template_kwargs: [checkTemplateArguments],
    include: [checkInclude],
    kv_transfer_params: [needsFlag("kv_transfer_params")],
    max_output_tokens: [checkContext("max_output_tokens")],
    max_tool_calls: [checkMaxToolCalls],
    media_io_kwargs: [needsFlag("media_io_kwargs")],
    previous_input_messages: [checkPreviousInput],
    previous_response_id: [needsFlag("previous_response_id")],
    reasoning: [checkReasoningSummary],
    service_tier: [checkServiceTier],
    store: [needsFlag("store")],
    text: [checkTextFormat],
    top_logprobs: [checkTopLogprobsOfResponse, checkLogprobs("top_logprobs", { isAsked: includesLogprobs })],
  },
  embedding: {
    ...prompts,
    add_generation_prompt: [checkOfChat("add_generation_prompt")],
    chat_template: [needsFlag("chat_template")],
    chat_template_kwargs: [checkOfChat("chat_template_kwargs"), checkTemplateArguments],
    continue_final_message: [checkOfChat("continue_final_message"), checkContinuation],
    dimensions: [checkDimensions],
    encoding_format: [checkEncoding],
    media_io_kwargs: [needsFlag("media_io_kwargs")],
    messages: [checkEmbeddingMessages],
  },
  score: { ...scored, ...compared },
  rerank: scored,
  transcription: audio,
  translation: audio,
};

export const rulesOf: Record<BodyKind, ReadonlyMap<string, readonly FieldRule[]>> = {
  chat: new Map(Object.entries(byKind.chat)),
  completion: new Map(Object.entries(byKind.completion)),
  response: new Map(Object.entries(byKind.response)),
  embedding: new Map(Object.entries(byKind.embedding)),
  score: new Map(Object.entries(byKind.score)),
  rerank: new Map(Object.entries(byKind.rerank)),
  transcription: new Map(Object.entries(byKind.transcription)),
  translation: new Map(Object.entries(byKind.translation)),
};
