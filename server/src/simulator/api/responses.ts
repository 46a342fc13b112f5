import { ApiError, errorBody } from "../http/apiError.ts";
import type { EventStream, Exchange } from "../http/exchange.ts";
import { answerPart, answerText } from "../text/answerText.ts";
import { planAnswer } from "./answerPlan.ts";
import { renderMessages } from "./chatMessages.ts";
import { generate, type Generated, type GenerationJob } from "./generation.ts";
import { jsonBody } from "./jsonBody.ts";
import { servedModel } from "./models.ts";
import { checkRequestedTokens, promptTokensWithin } from "./promptLimits.ts";
import { answerId } from "./requestId.ts";
import { readResponsesRequest, type ResponsesRequest } from "./responsesRequest.ts";
import { verifySampling } from "./samplingFields.ts";
import type { Service } from "./service.ts";

interface PreparedResponse {
  id: string;
  messageId: string;
  created: number;
  model: string;
  request: ResponsesRequest;
  maxTokens: number;
  job: GenerationJob;
}

/** `POST /v1/responses`. */
export function response(service: Service, exchange: Exchange): void {
  const prepared = prepare(service, exchange);
  const options = { maxTokens: prepared.maxTokens, choices: 1 };
  if (prepared.request.stream) streamResponse(service, exchange, prepared);
  else {
    generate(service, exchange, [prepared.job], options, ([result]) => {
      exchange.json(JSON.stringify(responseBody(prepared, result)));
    });
  }
}

/** `GET /v1/responses/{id}`: nothing is kept, as in vLLM without VLLM_ENABLE_RESPONSES_API_STORE. */
export function storedResponse(_service: Service, exchange: Exchange): void {
  const id = exchange.path.slice(exchange.path.lastIndexOf("/") + 1);
  const body = errorBody(404, "invalid_request_error", `Response with id '${id}' not found.`, "response_id");
  throw new ApiError(404, body);
}

function prepare(service: Service, exchange: Exchange): PreparedResponse {
  const { settings } = service;
  const request = readResponsesRequest(jsonBody(exchange));
  const model = servedModel(service, request.model);
  checkRequestedTokens(request.maxOutputTokens, "max_output_tokens", settings.maxModelLen);
  const prompt = renderMessages(model, request.messages, false);
  const promptTokens = promptTokensWithin(prompt, settings.maxModelLen);
  const room = settings.maxModelLen - promptTokens;
  const maxTokens = Math.min(request.maxOutputTokens ?? room, room);
  verifySampling(request.sampling, maxTokens);
  const plan = planAnswer(settings, prompt, 0, request.sampling, maxTokens);
  const id = answerId(service, exchange, "resp", request.requestId);
  const messageId = `msg_${service.newId()}`;
  const job = { prompt, promptTokens, plan };
  return { id: id.replace("-", "_"), messageId, created: service.nowSeconds(), model, request, maxTokens, job };
}

/** The response object; without a result it is still in progress. */
function responseBody(prepared: PreparedResponse, result: Generated | undefined): object {
  const { request, job } = prepared;
  const cut = result?.finishReason === "length";
  return {
    id: prepared.id,
    created_at: prepared.created,
    incomplete_details: cut ? { reason: "max_output_tokens" } : null,
    instructions: request.instructions ?? null,
    metadata: null,
    model: prepared.model,
    object: "response",
    output: result === undefined ? [] : [outputMessage(prepared, answerText(job.plan.hash, result.tokens))],
    parallel_tool_calls: true,
    temperature: request.sampling.temperature ?? 1,
    tool_choice: "none",
    tools: [],
    top_p: request.sampling.topP ?? 1,
    background: false,
    max_output_tokens: prepared.maxTokens,
    max_tool_calls: null,
    previous_response_id: null,
    prompt: null,
    reasoning: null,
    service_tier: "auto",
    status: statusOf(result),
    text: null,
    top_logprobs: null,
    truncation: "disabled",
    usage: result === undefined ? null : responseUsage(job.promptTokens, result.tokens),
    user: null,
    presence_penalty: 0,
    frequency_penalty: 0,
    kv_transfer_params: null,
    ec_transfer_params: null,
    input_messages: null,
    output_messages: null,
  };
}

function statusOf(result: Generated | undefined): string {
  switch (result?.finishReason) {
    case undefined:
      return "in_progress";
    case "stop":
      return "completed";
    case "length":
      return "incomplete";
    case "abort":
      return "cancelled";
  }
}

function outputMessage({ messageId }: PreparedResponse, text: string): object {
  const content = text === "" ? [] : [textPart(text, null)];
  return { id: messageId, content, role: "assistant", status: "completed", type: "message", phase: null };
}

function responseUsage(inputTokens: number, outputTokens: number): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: 0,
      cache_write_tokens: 0,
      input_tokens_per_turn: [],
      cached_tokens_per_turn: [],
    },
    output_tokens: outputTokens,
    output_tokens_details: {
      reasoning_tokens: 0,
      tool_output_tokens: 0,
      output_tokens_per_turn: [],
      tool_output_tokens_per_turn: [],
    },
    total_tokens: inputTokens + outputTokens,
  };
}

/** Numbers the events of one stream. */
function eventSender(stream: EventStream): (type: string, fields: object) => void {
  let sequence = 0;
  return (type, fields) => stream.send(JSON.stringify({ ...fields, sequence_number: sequence++, type }), type);
}

function streamResponse(service: Service, exchange: Exchange, prepared: PreparedResponse): void {
  const { messageId, job } = prepared;
  const stream = exchange.stream();
  const send = eventSender(stream);
  const place = { item_id: messageId, output_index: 0, content_index: 0 };
  send("response.created", { response: responseBody(prepared, undefined) });
  send("response.in_progress", { response: responseBody(prepared, undefined) });
  let sent = 0;
  const sendUntil = (tokens: number) => {
    if (sent === 0 && tokens > 0) {
      const item = {
        id: messageId,
        content: [],
        role: "assistant",
        status: "in_progress",
        type: "message",
        phase: null,
      };
      send("response.output_item.added", { item, output_index: 0 });
      send("response.content_part.added", { ...place, part: textPart("", []) });
    }
    for (; sent < tokens; sent++) {
      send("response.output_text.delta", { ...place, delta: answerPart(job.plan.hash, sent, sent + 1), logprobs: [] });
    }
  };
  const options = {
    maxTokens: prepared.maxTokens,
    choices: 1,
    onTokens: (_: number, tokens: number) => sendUntil(tokens),
  };
  generate(service, exchange, [job], options, ([result]) => {
    const tokens = result?.tokens ?? 0;
    sendUntil(tokens);
    const text = answerText(job.plan.hash, tokens);
    send("response.output_text.done", { ...place, text, logprobs: [] });
    send("response.content_part.done", { ...place, part: textPart(text, null) });
    send("response.output_item.done", { item: outputMessage(prepared, text), output_index: 0 });
    send("response.completed", { response: responseBody(prepared, result) });
    stream.end();
  });
}

function textPart(text: string, logprobs: readonly never[] | null): object {
  return { annotations: [], text, type: "output_text", logprobs };
}
