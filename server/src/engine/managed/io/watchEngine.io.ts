import type { Clock } from "../../../util/clock.ts";
import { parseEngineFigures, type EngineSample } from "../../watch/engineMetrics.ts";
import { Liveness, type LivenessState } from "../../watch/liveness.ts";
import type { EngineHttp } from "./engineHttp.io.ts";

export interface WatchOptions {
  http: EngineHttp;
  servedModel: string;
  hangMs: number;
  clock: Clock;
  /** Requests of ours that it has not answered. */
  inFlight: () => number;
  /**
   * Is told each change between moving, stalled and hung; the last is told once, and ends the watch.
   * @param flatMs for how long nothing has moved though requests are there
   */
  onState: (state: "moving" | "stalled" | "hung", flatMs: number) => void;
  /** Its health check says that the engine behind the server is dead. Ends the watch. */
  onDead: () => void;
}

const LOOK_EVERY_MS = 1_000;
/** A busy engine takes seconds for its metrics; a look that is missed says nothing by itself. */
const METRICS_TIMEOUT_MS = 5_000;
/** The health check says 200 while an engine hangs, but 503 (before vLLM 0.11: 500) once it has died. */
const HEALTH_EVERY_LOOKS = 5;

/** Watches an engine that answers, until it hangs or the watch is stopped. */
export class EngineWatch {
  readonly #options: WatchOptions;
  readonly #liveness: Liveness;
  #state: "moving" | "stalled" | "hung" = "moving";
  #looks = 0;
  #cancelLook: () => void;
  #stopped = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#liveness = new Liveness({ hangMs: options.hangMs });
    this.#cancelLook = options.clock.after(0, () => void this.#look());
  }

  /** The newest figures, for what people read. */
  get figures(): EngineSample | null {
    return this.#liveness.lastSample;
  }

  /** A request of ours was answered. */
  answered(): void {
    this.#liveness.answered(this.#options.clock.now());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelLook();
  }

  async #look(): Promise<void> {
    const { clock, http, inFlight, onDead } = this.#options;
    const reply = await http.ask("/metrics", { timeoutMs: METRICS_TIMEOUT_MS });
    const isDead = this.#looks++ % HEALTH_EVERY_LOOKS === 0 && (await this.#isDead());
    if (this.#stopped) return;
    if (isDead) {
      this.#stopped = true;
      onDead();
      return;
    }
    const figures = typeof reply === "string" || reply.statusCode !== 200 ? null : parseEngineFigures(reply.text);
    const now = clock.now();
    this.#enter(this.#liveness.observe(now, figures === null ? null : { ...figures, at: now }, inFlight()));
    if (this.#state === "hung") return;
    if (this.#liveness.takeCanary()) void this.#sendCanary();
    this.#cancelLook = clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async #isDead(): Promise<boolean> {
    const health = await this.#options.http.ask("/health", { timeoutMs: METRICS_TIMEOUT_MS });
    return typeof health !== "string" && health.statusCode >= 500;
  }

  /** The smallest request there is. A model that does not generate refuses it, and so shows that it lives. */
  async #sendCanary(): Promise<void> {
    const { clock, http, servedModel, hangMs } = this.#options;
    const body = { model: servedModel, prompt: "1", max_tokens: 1 };
    const reply = await http.ask("/v1/completions", { timeoutMs: hangMs, body });
    if (!this.#stopped) this.#liveness.canaryAnswered(clock.now(), typeof reply !== "string" && reply.statusCode < 500);
  }

  #enter(liveness: LivenessState): void {
    const state = liveness === "idle" || liveness === "working" ? "moving" : liveness;
    if (state === this.#state) return;
    this.#state = state;
    if (state === "hung") this.#stopped = true;
    this.#options.onState(state, this.#liveness.flatMs);
  }
}
