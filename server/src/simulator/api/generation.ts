import type { EngineRequest } from "../engine/engine.ts";
import { engineDead, queueFull } from "../http/apiError.ts";
import type { Exchange } from "../http/exchange.ts";
import { blockHashes } from "../text/blockHashes.ts";
import type { AnswerPlan } from "./answerPlan.ts";
import type { Service } from "./service.ts";

/** One thing to generate: several for `n` choices or several prompts. */
export interface GenerationJob {
  prompt: string;
  promptTokens: number;
  plan: AnswerPlan;
}

export interface Generated {
  job: GenerationJob;
  tokens: number;
  finishReason: "stop" | "length" | "abort";
}

export interface GenerationOptions {
  maxTokens: number;
  choices: number;
  /** Called for each step of each job (its index) when given. */
  onTokens?: (index: number, generated: number) => void;
}

/**
 * Hands the jobs to the engine and calls back once all are done. When the client goes away they are aborted and nobody
 * is called; when the engine dies the exchange fails as vLLM's does.
 */
export function generate(
  service: Service,
  exchange: Exchange,
  jobs: readonly GenerationJob[],
  options: GenerationOptions,
  onDone: (results: readonly Generated[]) => void,
): void {
  admit(service, jobs.length);
  const results: Generated[] = [];
  const aborts: (() => void)[] = [];
  let left = jobs.length;
  let over = false;
  exchange.onGone(() => {
    over = true;
    for (const abort of aborts) abort();
  });
  jobs.forEach((job, index) => {
    const abort = service.engine.submit(engineRequest(service, exchange, job, options, index), {
      onTokens: (generated) => {
        if (!over) options.onTokens?.(index, generated);
      },
      onEnd: (outcome, generated) => {
        if (over) return;
        if (outcome === "dead") {
          over = true;
          exchange.fail(engineDead());
          return;
        }
        const aborted = outcome === "aborted" || exchange.effect.abort === true;
        results[index] = { job, tokens: generated, finishReason: aborted ? "abort" : job.plan.finishReason };
        if (--left === 0) onDone(results);
      },
    });
    aborts.push(abort);
  });
}

/** vLLM's limit of its queue (--max-num-queued-reqs), the one way in which it refuses for load. */
export function admit({ settings, engine, metrics }: Service, requests: number): void {
  if (settings.maxNumQueuedReqs === undefined) return;
  const { running, waiting } = engine.gauges();
  if (running + waiting + requests <= settings.maxNumQueuedReqs) return;
  metrics.rejections++;
  throw queueFull();
}

function engineRequest(
  { settings }: Service,
  exchange: Exchange,
  { prompt, promptTokens, plan }: GenerationJob,
  options: GenerationOptions,
  index: number,
): EngineRequest {
  const cached = settings.prefixCaching && settings.pace.kind === "batching";
  return {
    promptTokens,
    blockHashes: cached ? blockHashes(prompt, promptTokens, settings.blockSize) : [],
    outputTokens: exchange.effect.abort === true ? Math.ceil(plan.tokens / 2) : plan.tokens,
    finishReason: plan.finishReason,
    streams: options.onTokens !== undefined,
    maxTokens: options.maxTokens,
    choices: index === 0 ? options.choices : 0,
  };
}
