import type { EngineRequest } from "./engine.ts";
import { Histogram } from "./histogram.ts";

const seconds = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680] as const;
const firstTokenSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
] as const;
const perTokenSeconds = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
] as const;
const stepTokens = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384] as const;

/** When a request did what, in ms on the engine's clock. */
export interface RequestTimes {
  arrivedMs: number;
  startedMs: number;
  firstTokenMs: number;
  finishedMs: number;
}

/** 1, 2, 5, 10, 20 … up to the context length: vLLM's bounds for counts of tokens. */
export function oneTwoFive(largest: number): number[] {
  const bounds: number[] = [];
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) {
      if (step * power > largest) return bounds;
      bounds.push(step * power);
    }
  }
}

/** The figures behind the `vllm:` metrics, in their units (tokens, seconds). Only counts; knows no clock. */
export class EngineMetrics {
  promptTokens = 0;
  cachedPromptTokens = 0;
  generationTokens = 0;
  prefixQueries = 0;
  prefixHits = 0;
  preemptions = 0;
  rejections = 0;
  readonly success = { stop: 0, length: 0, abort: 0, error: 0, repetition: 0 };
  readonly iterationTokens = new Histogram(stepTokens);
  readonly timeToFirstToken = new Histogram(firstTokenSeconds);
  readonly interTokenLatency = new Histogram(perTokenSeconds);
  readonly timePerOutputToken = new Histogram(perTokenSeconds);
  readonly latency = new Histogram(seconds);
  readonly queueTime = new Histogram(seconds);
  readonly inferenceTime = new Histogram(seconds);
  readonly prefillTime = new Histogram(seconds);
  readonly decodeTime = new Histogram(seconds);
  readonly requestPreemptions = new Histogram([1, 2, 3, 4, 5, 10, 20]);
  readonly choices = new Histogram([1, 2, 5, 10, 20]);
  readonly requestPromptTokens: Histogram;
  readonly requestGenerationTokens: Histogram;
  readonly maxGenerationTokens: Histogram;
  readonly maxTokens: Histogram;
  readonly prefillComputedTokens: Histogram;

  constructor(maxModelLen: number) {
    const bounds = oneTwoFive(maxModelLen);
    this.requestPromptTokens = new Histogram(bounds);
    this.requestGenerationTokens = new Histogram(bounds);
    this.maxGenerationTokens = new Histogram(bounds);
    this.maxTokens = new Histogram(bounds);
    this.prefillComputedTokens = new Histogram(bounds);
  }

  /** The first token is out: vLLM counts a prompt when it has been read. */
  prefilled(promptTokens: number, cachedTokens: number): void {
    this.promptTokens += promptTokens;
    this.cachedPromptTokens += cachedTokens;
  }

  /** A request is over for good; `reason` as in `finished_reason`. */
  finished(
    request: EngineRequest,
    reason: "stop" | "length" | "abort",
    generated: number,
    cachedTokens: number,
    preemptions: number,
    times: RequestTimes,
  ): void {
    const { arrivedMs, startedMs, firstTokenMs, finishedMs } = times;
    this.success[reason]++;
    this.requestPromptTokens.observe(request.promptTokens);
    this.requestGenerationTokens.observe(generated);
    this.maxTokens.observe(request.maxTokens);
    if (request.choices > 0) {
      this.choices.observe(request.choices);
      this.maxGenerationTokens.observe(generated);
    }
    this.requestPreemptions.observe(preemptions);
    this.prefillComputedTokens.observe(Math.max(0, request.promptTokens - cachedTokens));
    this.timeToFirstToken.observe((firstTokenMs - arrivedMs) / 1000);
    this.latency.observe((finishedMs - arrivedMs) / 1000);
    this.queueTime.observe((startedMs - arrivedMs) / 1000);
    this.inferenceTime.observe((finishedMs - startedMs) / 1000);
    this.prefillTime.observe((firstTokenMs - startedMs) / 1000);
    this.decodeTime.observe((finishedMs - firstTokenMs) / 1000);
    if (generated > 1) this.timePerOutputToken.observe((finishedMs - firstTokenMs) / 1000 / (generated - 1));
  }
}
