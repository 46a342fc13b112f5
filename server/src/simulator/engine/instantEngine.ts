import type { Engine, EngineGauges, EngineListener, EngineRequest } from "./engine.ts";
import type { EngineMetrics } from "./engineMetrics.ts";
import { finishAtOnce } from "./finishAtOnce.ts";

/**
 * Answers in the same turn, for measuring what stands in front of an engine. Counts requests and tokens; has no steps,
 * no KV blocks and no prefix cache, and leaves those metrics alone.
 */
export class InstantEngine implements Engine {
  readonly #metrics: EngineMetrics;
  readonly #now: () => number;
  #held: { request: EngineRequest; listener: EngineListener }[] | undefined;

  constructor(metrics: EngineMetrics, now: () => number) {
    this.#metrics = metrics;
    this.#now = now;
  }

  submit(request: EngineRequest, listener: EngineListener): () => void {
    if (this.#held === undefined) {
      this.#finish(request, listener);
      return () => undefined;
    }
    const entry = { request, listener };
    this.#held.push(entry);
    return () => {
      this.#held = this.#held?.filter((other) => other !== entry);
    };
  }

  gauges(): EngineGauges {
    return { running: this.#held?.length ?? 0, waiting: 0, kvUsage: 0 };
  }

  freeze(): void {
    this.#held ??= [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { request, listener } of held) this.#finish(request, listener);
  }

  endAll(outcome: "aborted" | "dead"): void {
    const held = this.#held ?? [];
    if (this.#held !== undefined) this.#held = [];
    for (const { listener } of held) listener.onEnd(outcome, 0, 0);
  }

  #finish(request: EngineRequest, listener: EngineListener): void {
    const nowMs = this.#now();
    finishAtOnce(this.#metrics, request, listener, nowMs, nowMs);
  }
}
