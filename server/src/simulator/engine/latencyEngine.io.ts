import type { Engine, EngineGauges, EngineListener, EngineRequest } from "./engine.ts";
import type { EngineMetrics } from "./engineMetrics.ts";
import { finishAtOnce } from "./finishAtOnce.ts";

interface Pending {
  request: EngineRequest;
  listener: EngineListener;
  arrivedMs: number;
}

/** Answers each request after the same time, however many there are: a server of known latency, for benchmarks. */
export class LatencyEngine implements Engine {
  readonly #metrics: EngineMetrics;
  readonly #latencyMs: number;
  /** In the order of arrival, which is the order of answers. */
  readonly #pending = new Set<Pending>();
  #timer: NodeJS.Timeout | undefined;
  #frozen = false;

  constructor(metrics: EngineMetrics, latencyMs: number) {
    this.#metrics = metrics;
    this.#latencyMs = latencyMs;
  }

  submit(request: EngineRequest, listener: EngineListener): () => void {
    const pending = { request, listener, arrivedMs: performance.now() };
    this.#pending.add(pending);
    if (this.#timer === undefined) this.#arm();
    return () => {
      if (this.#pending.delete(pending)) this.#metrics.success.abort++;
    };
  }

  gauges(): EngineGauges {
    return { running: this.#pending.size, waiting: 0, kvUsage: 0 };
  }

  freeze(): void {
    this.#frozen = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  thaw(): void {
    this.#frozen = false;
    this.#arm();
  }

  endAll(outcome: "aborted" | "dead"): void {
    const all = [...this.#pending];
    this.#pending.clear();
    for (const { listener } of all) listener.onEnd(outcome, 0, 0);
  }

  #arm(): void {
    const [first] = this.#pending;
    this.#timer = undefined;
    if (first === undefined || this.#frozen) return;
    // On a busy machine it may be late already.
    const waitMs = Math.max(0, first.arrivedMs + this.#latencyMs - performance.now());
    this.#timer = setTimeout(() => {
      this.#answerDue(performance.now());
      this.#arm();
    }, waitMs);
  }

  #answerDue(nowMs: number): void {
    for (const pending of this.#pending) {
      // Timers may be a fraction of a millisecond early.
      if (pending.arrivedMs + this.#latencyMs > nowMs + 0.5) return;
      this.#pending.delete(pending);
      finishAtOnce(this.#metrics, pending.request, pending.listener, pending.arrivedMs, nowMs);
    }
  }
}
