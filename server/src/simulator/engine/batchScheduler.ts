import type { EngineGauges, EngineListener, EngineRequest } from "./engine.ts";
import type { EngineMetrics } from "./engineMetrics.ts";
import { KvCache } from "./kvCache.ts";
import { knownTokens, newSequence, remainingTokens, type Sequence } from "./sequence.ts";

export interface SchedulerLimits {
  maxNumSeqs: number;
  /** Tokens of one step, prompt and answers together. */
  maxNumBatchedTokens: number;
  blockSize: number;
  blocks: number;
  prefixCaching: boolean;
  /** A step takes `decodeMs`, and `prefillMsPerToken` more for each prompt token read in it. */
  decodeMs: number;
  prefillMsPerToken: number;
}

/** What the engine is at: one step, or so many equal ones in a row in which each sequence generates one token. */
interface Stretch {
  startMs: number;
  stepMs: number;
  steps: number;
  /** How many tokens each sequence has computed in one step. */
  share: Map<Sequence, number>;
}

/** The step that is being put together. */
interface Plan {
  share: Map<Sequence, number>;
  tokensLeft: number;
}

/**
 * Continuous batching as vLLM's scheduler does it: in each step the running sequences go first, the waiting ones join
 * while there are seats, tokens and KV blocks, long prompts are read in chunks, and when the blocks run out the
 * youngest sequence is put back (preempted) and starts over later. Time is passed in. Instead of step after step, it
 * goes from one change to the next: while nobody can join or leave, all steps are equal and are counted at once.
 */
export class BatchScheduler {
  readonly #limits: SchedulerLimits;
  readonly #metrics: EngineMetrics;
  readonly #cache: KvCache;
  #waiting: Sequence[] = [];
  #running: Sequence[] = [];
  #stretch: Stretch | undefined;
  #streaming = 0;

  constructor(limits: SchedulerLimits, metrics: EngineMetrics) {
    this.#limits = limits;
    this.#metrics = metrics;
    this.#cache = new KvCache(limits);
  }

  /** When something will end or begin next (ms); undefined when there is nothing to do. */
  get nextEventMs(): number | undefined {
    const stretch = this.#stretch;
    return stretch === undefined ? undefined : stretch.startMs + stretch.steps * stretch.stepMs;
  }

  gauges(): EngineGauges {
    return { running: this.#running.length, waiting: this.#waiting.length, kvUsage: this.#cache.usage };
  }

  /** A request arrives at `nowMs`; it can join at the end of the step that is under way. */
  submit(request: EngineRequest, listener: EngineListener, nowMs: number): () => void {
    this.advance(nowMs);
    const sequence = newSequence(request, listener, nowMs);
    this.#waiting.push(sequence);
    if (request.streams) this.#streaming++;
    if (this.#stretch === undefined) this.#plan(nowMs);
    else if (this.#running.length < this.#limits.maxNumSeqs) this.#stretch.steps = 1;
    return () => this.#abort(sequence);
  }

  /** Lets everything happen that happens until `nowMs`. Listeners are called on the way. */
  advance(nowMs: number): void {
    for (;;) {
      const stretch = this.#stretch;
      if (stretch === undefined) return;
      const endMs = stretch.startMs + stretch.steps * stretch.stepMs;
      if (endMs <= nowMs) {
        this.#apply(stretch, stretch.steps);
        this.#leave(endMs);
        this.#plan(endMs);
        continue;
      }
      const whole = stretch.steps > 1 ? Math.floor((nowMs - stretch.startMs) / stretch.stepMs) : 0;
      if (whole > 0 && whole < stretch.steps) {
        this.#apply(stretch, whole);
        stretch.startMs += whole * stretch.stepMs;
        stretch.steps -= whole;
      }
      return;
    }
  }

  /** Ends all requests, whatever they were at. */
  endAll(outcome: "aborted" | "dead"): void {
    const all = [...this.#running, ...this.#waiting];
    this.#running = [];
    this.#waiting = [];
    this.#stretch = undefined;
    this.#streaming = 0;
    for (const sequence of all) {
      this.#cache.release(sequence);
      sequence.listener.onEnd(outcome, sequence.generated, sequence.cachedTokens);
    }
  }

  #abort(sequence: Sequence): void {
    const known = this.#running.includes(sequence) || this.#waiting.includes(sequence);
    if (!known) return;
    this.#running = this.#running.filter((other) => other !== sequence);
    this.#waiting = this.#waiting.filter((other) => other !== sequence);
    this.#stretch?.share.delete(sequence);
    if (sequence.request.streams) this.#streaming--;
    this.#cache.release(sequence);
    this.#metrics.success.abort++;
    // Its seat is free: whoever waits may join after the step that is under way.
    if (this.#stretch !== undefined && this.#waiting.length > 0) this.#stretch.steps = 1;
  }

  /** Decides what the engine does from `nowMs` on. */
  #plan(nowMs: number): void {
    const plan: Plan = { share: new Map(), tokensLeft: this.#limits.maxNumBatchedTokens };
    this.#scheduleRunning(plan);
    this.#admitWaiting(plan, nowMs);
    if (plan.share.size === 0) {
      this.#stretch = undefined;
      return;
    }
    let prefillTokens = 0;
    for (const [sequence, tokens] of plan.share) if (!this.#isDecoding(sequence)) prefillTokens += tokens;
    const stepMs = this.#limits.decodeMs + prefillTokens * this.#limits.prefillMsPerToken;
    const changing = prefillTokens > 0 || plan.share.size < this.#running.length;
    this.#stretch = {
      startMs: nowMs,
      stepMs,
      steps: changing ? 1 : this.#equalSteps(plan.share),
      share: plan.share,
    };
  }

  /**
   * Whoever is put back here waits first in line, and cannot come in again at this step: it needs the blocks that it
   * gave up, and one of them is taken.
   */
  #scheduleRunning(plan: Plan): void {
    for (let index = 0; index < this.#running.length && plan.tokensLeft > 0; index++) {
      const sequence = this.#running[index];
      if (sequence === undefined) break;
      const tokens = Math.min(knownTokens(sequence) - sequence.computed, plan.tokensLeft);
      while (!this.#cache.reserve(sequence, sequence.computed + tokens)) {
        if (this.#preemptYoungest(plan) === sequence) return;
      }
      plan.share.set(sequence, tokens);
      plan.tokensLeft -= tokens;
    }
  }

  #admitWaiting(plan: Plan, nowMs: number): void {
    while (plan.tokensLeft > 0 && this.#running.length < this.#limits.maxNumSeqs) {
      const [sequence] = this.#waiting;
      if (sequence === undefined || !this.#cache.admit(sequence)) return;
      if (sequence.preemptions === 0) this.#countPrefix(sequence);
      this.#waiting.shift();
      this.#running.push(sequence);
      sequence.startedMs ??= nowMs;
      const tokens = Math.min(knownTokens(sequence) - sequence.computed, plan.tokensLeft);
      plan.share.set(sequence, tokens);
      plan.tokensLeft -= tokens;
    }
  }

  #countPrefix(sequence: Sequence): void {
    sequence.cachedTokens = sequence.computed;
    if (this.#limits.prefixCaching) this.#metrics.prefixQueries += knownTokens(sequence);
    this.#metrics.prefixHits += sequence.computed;
  }

  #preemptYoungest(plan: Plan): Sequence | undefined {
    const youngest = this.#running.pop();
    if (youngest === undefined) return undefined;
    plan.tokensLeft += plan.share.get(youngest) ?? 0;
    plan.share.delete(youngest);
    this.#cache.release(youngest);
    youngest.computed = 0;
    youngest.preemptions++;
    this.#metrics.preemptions++;
    this.#waiting.unshift(youngest);
    return youngest;
  }

  /** How many steps in a row will be like this one: until the first sequence ends or the blocks could run out. */
  #equalSteps(share: ReadonlyMap<Sequence, number>): number {
    if (this.#streaming > 0) return 1;
    let steps = Infinity;
    for (const sequence of share.keys()) steps = Math.min(steps, remainingTokens(sequence));
    while (steps > 1 && !this.#cache.hasRoomFor(steps, share.keys())) steps = Math.floor(steps / 2);
    return steps;
  }

  /** Counts `steps` steps of a stretch. */
  #apply(stretch: Stretch, steps: number): void {
    let generated = 0;
    let read = 0;
    for (const [sequence, tokens] of stretch.share) {
      const decoding = this.#isDecoding(sequence);
      if (decoding) {
        this.#cache.reserve(sequence, sequence.computed + steps);
        sequence.computed += steps;
        sequence.generated += steps;
        generated++;
        this.#metrics.interTokenLatency.observe(stretch.stepMs / 1000, steps);
      } else if (this.#prefill(sequence, tokens, stretch)) {
        if (sequence.request.outputTokens > 0) generated++;
        read += sequence.preemptions === 0 ? sequence.request.promptTokens : 0;
      }
      if (sequence.request.streams) sequence.listener.onTokens(sequence.generated);
    }
    this.#metrics.generationTokens += generated * steps;
    this.#metrics.iterationTokens.observe(read + generated, steps);
  }

  /** Reads a piece of a prompt; true when that was the last and the first token came out. */
  #prefill(sequence: Sequence, tokens: number, stretch: Stretch): boolean {
    sequence.computed += tokens;
    this.#cache.nameFullBlocks(sequence);
    if (sequence.computed < knownTokens(sequence)) return false;
    if (sequence.firstTokenMs === undefined) {
      sequence.firstTokenMs = stretch.startMs + stretch.stepMs;
      this.#metrics.prefilled(sequence.request.promptTokens, sequence.cachedTokens);
    }
    sequence.generated++;
    return true;
  }

  /** Those who have all their tokens leave. */
  #leave(nowMs: number): void {
    const done = this.#running.filter((sequence) => remainingTokens(sequence) <= 0);
    if (done.length === 0) return;
    this.#running = this.#running.filter((sequence) => remainingTokens(sequence) > 0);
    for (const sequence of done) {
      this.#cache.release(sequence);
      if (sequence.request.streams) this.#streaming--;
      const { request, cachedTokens, preemptions, arrivedMs, listener } = sequence;
      const generated = Math.min(sequence.generated, request.outputTokens);
      this.#metrics.finished(request, request.finishReason, generated, cachedTokens, preemptions, {
        arrivedMs,
        startedMs: sequence.startedMs ?? nowMs,
        firstTokenMs: sequence.firstTokenMs ?? nowMs,
        finishedMs: nowMs,
      });
      listener.onEnd("finished", generated, cachedTokens);
    }
  }

  #isDecoding(sequence: Sequence): boolean {
    return sequence.generated > 0 && sequence.computed === knownTokens(sequence) - 1;
  }
}
