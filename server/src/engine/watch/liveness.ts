import type { EngineSample } from "./engineMetrics.ts";
import { FlatTime } from "./flatTime.ts";

/**
 * working  → it moves, or has not stood for long
 * idle     → nothing is asked of it
 * stalled  → requests are there and nothing moves: shown at once, nothing is done yet
 * hung     → the same for so long that it is ended
 */
export type LivenessState = "working" | "idle" | "stalled" | "hung";

export interface LivenessOptions {
  /** Requests are there and nothing moves for so long: it hangs. */
  hangMs: number;
  /** The same, for the early warning. */
  warnMs?: number;
  /** An idle engine gets a small request of ours so often. */
  canaryEveryMs?: number;
}

const WARN_MS = 10_000;
const CANARY_EVERY_MS = 60_000;
/** The first requests may compile kernels: nothing moves meanwhile, and all is well. */
const FIRST_TOKEN_FACTOR = 2.5;
/** A busy engine misses a deadline now and then (2 s is too short for one, gonka-ai/gonka#1421). */
const MISSES_THAT_COUNT = 3;

/**
 * Judges whether an engine lives, by its progress alone: `/health` stays 200 while it hangs (vLLM 0.19, #39863), GPUs
 * show 100 % in a hung kernel. Progress is a counter that has moved, or an answer of ours. One object per launch.
 * All times in milliseconds of one monotonic clock. `observe` wants to be called every 1 to 2 s.
 */
export class Liveness {
  readonly #hangMs: number;
  readonly #warnMs: number;
  readonly #canaryEveryMs: number;
  readonly #flat = new FlatTime();
  readonly #idle = new FlatTime();
  #last: EngineSample | null = null;
  #demanded = false;
  /** Something has come out of it since its start: what it compiles at first is compiled. */
  #moved = false;
  #misses = 0;
  #canary: "none" | "out" | "failed" = "none";

  constructor({ hangMs, warnMs = WARN_MS, canaryEveryMs = CANARY_EVERY_MS }: LivenessOptions) {
    this.#hangMs = hangMs;
    this.#warnMs = Math.min(warnMs, hangMs);
    this.#canaryEveryMs = canaryEveryMs;
  }

  /** For how long requests have been there without anything moving. */
  get flatMs(): number {
    return this.#flat.ms;
  }

  /** How long until it counts as hung if nothing moves; Infinity: nothing is asked of it. */
  get untilHungMs(): number {
    return this.#demanded ? Math.max(0, this.#patience(this.#hangMs) - this.flatMs) : Infinity;
  }

  /** The newest figures, for what people read; null: none yet, or none at all. */
  get lastSample(): EngineSample | null {
    return this.#last;
  }

  /**
   * One look at the engine. @param sample what its metrics said, null: they did not answer, or say nothing.
   * @param inFlightOfOurs requests of ours that it has not answered, without the canary
   */
  observe(now: number, sample: EngineSample | null, inFlightOfOurs: number): LivenessState {
    const progressed = sample !== null && this.#takeSample(sample);
    this.#misses = sample === null ? this.#misses + 1 : 0;
    const demand = this.#isDemanded(sample, inFlightOfOurs);
    if (progressed || !demand || !this.#demanded) this.#flat.restart(now);
    else this.#flat.pass(now);
    if (demand) this.#idle.restart(now);
    else this.#idle.pass(now);
    this.#demanded = demand;
    return demand ? this.#judge(sample !== null) : "idle";
  }

  /** It answered a request of ours, whatever the answer was. */
  answered(now: number): void {
    this.#moved = true;
    this.#flat.restart(now);
  }

  /**
   * True when a small request (one token) should be sent now: it was idle for long, or its metrics say nothing and it
   * has not answered for long. Each true must be followed by `canaryAnswered`. While it is out it counts as a request
   * that is there: an engine that does not answer it hangs.
   */
  takeCanary(): boolean {
    if (this.#canary === "out") return false;
    const idleForLong = !this.#demanded && this.#idle.ms >= this.#canaryEveryMs;
    const blindForLong = this.#demanded && this.#last === null && this.#flat.ms >= this.#patience(this.#hangMs) / 2;
    const again = this.#canary === "failed" && this.#flat.ms >= this.#warnMs;
    if (!idleForLong && !blindForLong && !again) return false;
    this.#canary = "out";
    return true;
  }

  /** @param ok whether there was any answer of the engine, a refusal (4xx) included; false: none, or a 5xx */
  canaryAnswered(now: number, ok: boolean): void {
    this.#canary = ok ? "none" : "failed";
    if (ok) this.answered(now);
    if (ok) this.#idle.restart(now);
  }

  /** Whether the counters have moved. Those that went back belong to another life of the engine: all begins anew. */
  #takeSample(sample: EngineSample): boolean {
    const last = this.#last;
    this.#last = sample;
    if (last === null) {
      this.#moved ||= hasWorked(sample);
      return false;
    }
    const restarted = work(sample) < work(last) || (sample.steps ?? 0) < (last.steps ?? 0);
    if (restarted) {
      this.#moved = hasWorked(sample);
      return true;
    }
    const progressed = work(sample) > work(last) || (sample.steps ?? 0) > (last.steps ?? 0);
    this.#moved ||= progressed;
    return progressed;
  }

  /**
   * The metrics of an engine whose core stands still keep their old figures (vLLM 0.32): they may say that nothing
   * runs. Our own requests are there all the same. Without metrics, what they last said of others is not counted.
   */
  #isDemanded(sample: EngineSample | null, inFlightOfOurs: number): boolean {
    return inFlightOfOurs > 0 || this.#canary !== "none" || (sample !== null && sample.running + sample.waiting > 0);
  }

  #judge(sawMetrics: boolean): LivenessState {
    const flatMs = this.#flat.ms;
    // A missed look alone says nothing: the engine may be busy. Without any metrics our answers are all there is.
    const isEvidence = sawMetrics || this.#last === null || this.#misses >= MISSES_THAT_COUNT;
    if (isEvidence && flatMs >= this.#patience(this.#hangMs)) return "hung";
    // Without metrics a long answer looks like none for a while: half of the time, instead of seconds.
    const warnMs = sawMetrics ? this.#warnMs : this.#hangMs / 2;
    return flatMs >= this.#patience(warnMs) ? "stalled" : "working";
  }

  #patience(ms: number): number {
    return this.#moved ? ms : ms * FIRST_TOKEN_FACTOR;
  }
}

function hasWorked(sample: EngineSample): boolean {
  return work(sample) > 0 || (sample.steps ?? 0) > 0;
}

function work(sample: EngineSample): number {
  return sample.promptTokens + sample.generationTokens;
}
