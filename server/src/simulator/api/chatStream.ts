import type { Exchange } from "../http/exchange.ts";
import { answerPart } from "../text/answerText.ts";
import { chatText, type PreparedChat } from "./chat.ts";
import { constrainedText } from "./constrainedAnswer.ts";
import { generate, type Generated } from "./generation.ts";
import { type Service, SYSTEM_FINGERPRINT } from "./service.ts";
import { usageOf } from "./usage.ts";

/** Streams a chat answer in vLLM's chunks: the role, the tokens, the finish reason, the usage if asked, `[DONE]`. */
export function streamChat(service: Service, exchange: Exchange, chat: PreparedChat): void {
  const head = { id: chat.id, object: "chat.completion.chunk", created: chat.created, model: chat.model };
  const { includeUsage } = chat.request;
  // It goes with the last chunk that says something.
  const fingerprint = { system_fingerprint: SYSTEM_FINGERPRINT };
  const stream = exchange.stream();
  const sent = chat.jobs.map(() => 0);
  const constrained = constrainedText(chat.request.body, 0) !== undefined;
  chat.jobs.forEach((_, index) => {
    const choices = [{ index, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null }];
    stream.send(JSON.stringify({ ...head, choices, prompt_token_ids: null, prompt_text: null }));
  });
  const sendPart = (index: number, content: string) => {
    const choices = [{ index, delta: { content }, logprobs: null, finish_reason: null, token_ids: null }];
    stream.send(JSON.stringify({ ...head, choices }));
  };
  const onTokens = (index: number, generated: number) => {
    const job = chat.jobs[index];
    const from = sent[index] ?? 0;
    if (job === undefined || constrained) return;
    // The last token goes out with the finish reason.
    const until = Math.min(generated, job.plan.tokens - 1);
    for (let token = from; token < until; token++) sendPart(index, answerPart(job.plan.hash, token, token + 1));
    sent[index] = Math.max(from, until);
  };
  const options = { maxTokens: chat.maxTokens, choices: chat.jobs.length, onTokens };
  generate(service, exchange, chat.jobs, options, (results) => {
    results.forEach((result, index) => {
      const { job, tokens } = result;
      const rest = constrained ? chatText(chat, result) : answerPart(job.plan.hash, sent[index] ?? 0, tokens);
      const chunk = { ...head, ...lastChunk(result, index, rest) };
      stream.send(JSON.stringify(includeUsage ? chunk : { ...chunk, ...fingerprint }));
    });
    if (includeUsage) {
      const usage = usageOf(results, chat.promptTokens);
      stream.send(JSON.stringify({ ...head, choices: [], usage, ...fingerprint }));
    }
    stream.send("[DONE]");
    stream.end();
  });
}

function lastChunk(result: Generated, index: number, content: string): object {
  const choice = {
    index,
    delta: { content },
    logprobs: null,
    finish_reason: result.finishReason,
    stop_reason: null,
    token_ids: null,
  };
  return { choices: [choice] };
}
