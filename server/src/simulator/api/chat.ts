import { badRequest } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { answerText } from "../text/answerText.ts";
import { tokenize } from "../text/tokenizer.ts";
import { planAnswer } from "./answerPlan.ts";
import { renderMessages } from "./chatMessages.ts";
import { type ChatRequest, readChatRequest } from "./chatRequest.ts";
import { streamChat } from "./chatStream.ts";
import { constrainedText } from "./constrainedAnswer.ts";
import { generate, type Generated, type GenerationJob } from "./generation.ts";
import { jsonBody } from "./jsonBody.ts";
import { chatLogprobs, promptLogprobsOf } from "./logprobs.ts";
import { servedModel } from "./models.ts";
import { checkRequestedTokens, promptTokensWithin } from "./promptLimits.ts";
import { answerId } from "./requestId.ts";
import { verifySampling } from "./samplingFields.ts";
import { type Service, SYSTEM_FINGERPRINT } from "./service.ts";
import { calledTool, checkToolFlags, toolCall } from "./toolCalls.ts";
import { fullUsage, usageOf } from "./usage.ts";

/** A chat request with everything that its answer needs. */
export interface PreparedChat {
  id: string;
  created: number;
  model: string;
  request: ChatRequest;
  prompt: string;
  promptTokens: number;
  maxTokens: number;
  jobs: readonly GenerationJob[];
}

/** `POST /v1/chat/completions`. */
export function chatCompletion(service: Service, exchange: Exchange): void {
  const chat = prepareChat(service, exchange);
  if (chat.request.stream) {
    streamChat(service, exchange, chat);
    return;
  }
  const options = { maxTokens: chat.maxTokens, choices: chat.jobs.length };
  generate(service, exchange, chat.jobs, options, (results) => exchange.json(chatBody(chat, results)));
}

/** Throws whatever is wrong with the request, in vLLM's order: body, model, template and tools, lengths, sampling. */
function prepareChat(service: Service, exchange: Exchange): PreparedChat {
  const { settings } = service;
  const request = readChatRequest(jsonBody(exchange));
  const model = servedModel(service, request.model);
  if (request.body["chat_template"] !== undefined && request.body["chat_template"] !== null) {
    throw badRequest(
      "Chat template is passed with request, but --trust-request-chat-template is not set. " +
        "Refused request with untrusted chat template.",
    );
  }
  checkToolFlags(settings, request);
  checkRequestedTokens(request.maxTokens, request.maxTokensField, settings.maxModelLen);
  const prompt = promptOf(request, model);
  const promptTokens = promptTokensWithin(prompt, settings.maxModelLen);
  const room = settings.maxModelLen - promptTokens;
  const maxTokens = Math.min(request.maxTokens ?? room, room);
  verifySampling(request.sampling, maxTokens);
  const jobs = Array.from({ length: request.sampling.n }, (_, choice) => ({
    prompt,
    promptTokens,
    plan: planAnswer(settings, prompt, choice, request.sampling, maxTokens),
  }));
  const id = answerId(service, exchange, "chatcmpl", request.requestId);
  return { id, created: service.nowSeconds(), model, request, prompt, promptTokens, maxTokens, jobs };
}

function promptOf(request: ChatRequest, model: string): string {
  const text = renderMessages(model, request.messages, request.body["continue_final_message"] === true);
  return request.tools === undefined || request.toolChoice === "none"
    ? text
    : `<|im_start|>tools\n${JSON.stringify(request.tools)}<|im_end|>\n${text}`;
}

/** What one choice says: a constraint's text, or simulated words. */
export function chatText(chat: PreparedChat, { job, tokens, finishReason }: Generated): string {
  const constrained = finishReason === "abort" ? undefined : constrainedText(chat.request.body, job.plan.hash);
  return constrained ?? answerText(job.plan.hash, tokens);
}

function chatBody(chat: PreparedChat, results: readonly Generated[]): string {
  const { body, sampling } = chat.request;
  // An echoed prompt comes with the probabilities of its tokens.
  const promptLogprobs = sampling.promptLogprobs ?? (body["echo"] === true ? 0 : undefined);
  return JSON.stringify({
    id: chat.id,
    object: "chat.completion",
    created: chat.created,
    model: chat.model,
    choices: results.map((result, index) => choiceOf(chat, result, index)),
    service_tier: null,
    system_fingerprint: SYSTEM_FINGERPRINT,
    usage: fullUsage(usageOf(results, chat.promptTokens)),
    prompt_logprobs: promptLogprobsOf(chat.prompt, promptLogprobs),
    prompt_token_ids: chat.request.returnTokenIds ? tokenize(chat.prompt) : null,
    prompt_text: null,
    kv_transfer_params: null,
    ec_transfer_params: null,
    metrics: null,
  });
}

function choiceOf(chat: PreparedChat, result: Generated, index: number): object {
  const tool = result.finishReason === "abort" ? undefined : calledTool(chat.request);
  const text = chatText(chat, result);
  const { logprobs } = chat.request.sampling;
  const message = {
    role: "assistant",
    content: tool === undefined ? text : null,
    refusal: null,
    annotations: null,
    audio: null,
    function_call: null,
    ...(tool === undefined ? {} : { tool_calls: [toolCall(tool, result.job.plan.hash)] }),
    reasoning: null,
  };
  return {
    index,
    message,
    logprobs: logprobs === undefined ? null : chatLogprobs(result.job.plan.hash, result.tokens, logprobs),
    finish_reason: tool === undefined ? result.finishReason : "tool_calls",
    stop_reason: null,
    token_ids: chat.request.returnTokenIds ? tokenize(text) : null,
    routed_experts: null,
  };
}
