import type { Engine, EngineGauges, EngineListener, EngineRequest } from "./engine.ts";
import type { BatchScheduler } from "./batchScheduler.ts";

/** Lets a scheduler run in real time: one timer, for the next thing that happens. */
export class EngineClock implements Engine {
  readonly #scheduler: BatchScheduler;
  #timer: NodeJS.Timeout | undefined;
  #frozen = false;

  constructor(scheduler: BatchScheduler) {
    this.#scheduler = scheduler;
  }

  submit(request: EngineRequest, listener: EngineListener): () => void {
    const abort = this.#scheduler.submit(request, listener, this.#now());
    this.#arm();
    return () => {
      this.#scheduler.advance(this.#now());
      abort();
      this.#arm();
    };
  }

  gauges(): EngineGauges {
    this.#scheduler.advance(this.#now());
    this.#arm();
    return this.#scheduler.gauges();
  }

  freeze(): void {
    this.#scheduler.advance(this.#now());
    this.#frozen = true;
    this.#frozenAtMs = performance.now();
    clearTimeout(this.#timer);
  }

  thaw(): void {
    if (!this.#frozen) return;
    this.#lostMs += performance.now() - this.#frozenAtMs;
    this.#frozen = false;
    this.#arm();
  }

  endAll(outcome: "aborted" | "dead"): void {
    this.#scheduler.endAll(outcome);
    this.#arm();
  }

  /** Time during a freeze does not exist for the engine. */
  #frozenAtMs = 0;
  #lostMs = 0;

  #now(): number {
    return (this.#frozen ? this.#frozenAtMs : performance.now()) - this.#lostMs;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const nextMs = this.#scheduler.nextEventMs;
    if (nextMs === undefined || this.#frozen) return;
    // On a busy machine it may be late already.
    const waitMs = Math.max(0, nextMs - this.#now());
    this.#timer = setTimeout(() => {
      this.#scheduler.advance(this.#now());
      this.#arm();
    }, waitMs);
  }
}
