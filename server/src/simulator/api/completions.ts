import type { Exchange } from "../http/exchange.ts";
import { answerPart, answerText } from "../text/answerText.ts";
import { tokenize } from "../text/tokenizer.ts";
import { planAnswer } from "./answerPlan.ts";
import { type CompletionRequest, readCompletionRequest } from "./completionRequest.ts";
import { generate, type Generated, type GenerationJob } from "./generation.ts";
import { jsonBody } from "./jsonBody.ts";
import { completionLogprobs, promptLogprobsOf } from "./logprobs.ts";
import { servedModel } from "./models.ts";
import { checkRequestedTokens, promptTokensWithin, within } from "./promptLimits.ts";
import { answerId } from "./requestId.ts";
import { verifySampling } from "./samplingFields.ts";
import { type Service, SYSTEM_FINGERPRINT } from "./service.ts";
import { fullUsage, usageOf } from "./usage.ts";

interface PreparedCompletion {
  head: { id: string; object: "text_completion"; created: number; model: string };
  request: CompletionRequest;
  jobs: readonly GenerationJob[];
  promptTokens: number;
}

/** `POST /v1/completions`. */
export function completion(service: Service, exchange: Exchange): void {
  const prepared = prepare(service, exchange);
  if (prepared.request.stream) {
    streamCompletion(service, exchange, prepared);
    return;
  }
  const options = { maxTokens: prepared.request.maxTokens, choices: prepared.request.sampling.n };
  generate(service, exchange, prepared.jobs, options, (results) => exchange.json(completionBody(prepared, results)));
}

function prepare(service: Service, exchange: Exchange): PreparedCompletion {
  const { settings } = service;
  const request = readCompletionRequest(jsonBody(exchange));
  const model = servedModel(service, request.model);
  checkRequestedTokens(request.maxTokens, "max_tokens", settings.maxModelLen);
  const jobs: GenerationJob[] = [];
  let promptTokens = 0;
  for (const { text: prompt, tokens: given } of request.prompts) {
    const limit = settings.maxModelLen;
    const tokens = given === null ? promptTokensWithin(prompt, limit) : within(given, limit);
    promptTokens += tokens;
    const maxTokens = Math.min(request.maxTokens, settings.maxModelLen - tokens);
    verifySampling(request.sampling, maxTokens);
    for (let choice = 0; choice < request.sampling.n; choice++) {
      const plan = planAnswer(settings, prompt, choice, request.sampling, maxTokens);
      jobs.push({ prompt, promptTokens: tokens, plan });
    }
  }
  const id = answerId(service, exchange, "cmpl", request.requestId);
  return { head: { id, object: "text_completion", created: service.nowSeconds(), model }, request, jobs, promptTokens };
}

function completionBody({ head, request, promptTokens }: PreparedCompletion, results: readonly Generated[]): string {
  return JSON.stringify({
    ...head,
    choices: results.map((result, index) => choiceOf(request, result, index)),
    service_tier: null,
    system_fingerprint: SYSTEM_FINGERPRINT,
    usage: fullUsage(usageOf(results, promptTokens)),
    kv_transfer_params: null,
    ec_transfer_params: null,
    metrics: null,
  });
}

function choiceOf(request: CompletionRequest, { job, tokens, finishReason }: Generated, index: number): object {
  const answer = answerText(job.plan.hash, tokens);
  const wantsLogprobs = request.sampling.logprobs !== undefined;
  return {
    index,
    text: request.echo ? job.prompt + answer : answer,
    logprobs: wantsLogprobs ? completionLogprobs(job.plan.hash, tokens) : null,
    finish_reason: finishReason,
    stop_reason: null,
    token_ids: request.returnTokenIds ? tokenize(answer) : null,
    prompt_logprobs: promptLogprobsOf(job.prompt, request.sampling.promptLogprobs),
    prompt_token_ids: request.returnTokenIds ? tokenize(job.prompt) : null,
    routed_experts: null,
  };
}

function streamCompletion(service: Service, exchange: Exchange, prepared: PreparedCompletion): void {
  const { head, request, jobs, promptTokens } = prepared;
  // It goes with the last chunk that says something.
  const fingerprint = { system_fingerprint: SYSTEM_FINGERPRINT };
  const stream = exchange.stream();
  const sent = jobs.map(() => 0);
  const chunk = (index: number, text: string, finishReason: string | null) => ({
    ...head,
    choices: [
      {
        index,
        text,
        logprobs: null,
        finish_reason: finishReason,
        stop_reason: null,
        prompt_token_ids: null,
        token_ids: null,
      },
    ],
  });
  const onTokens = (index: number, generated: number) => {
    const job = jobs[index];
    const from = sent[index] ?? 0;
    if (job === undefined) return;
    // The last token goes out with the finish reason.
    const until = Math.min(generated, job.plan.tokens - 1);
    for (let token = from; token < until; token++) {
      const echoed = token === 0 && request.echo ? job.prompt : "";
      stream.send(JSON.stringify(chunk(index, echoed + answerPart(job.plan.hash, token, token + 1), null)));
    }
    sent[index] = Math.max(from, until);
  };
  const options = { maxTokens: request.maxTokens, choices: request.sampling.n, onTokens };
  generate(service, exchange, jobs, options, (results) => {
    results.forEach(({ job, tokens, finishReason }, index) => {
      const rest = answerPart(job.plan.hash, sent[index] ?? 0, tokens);
      const last = chunk(index, rest, finishReason);
      stream.send(JSON.stringify(request.includeUsage ? last : { ...last, ...fingerprint }));
    });
    if (request.includeUsage) {
      const usage = usageOf(results, promptTokens);
      stream.send(JSON.stringify({ ...head, choices: [], usage, ...fingerprint }));
    }
    stream.send("[DONE]");
    stream.end();
  });
}
