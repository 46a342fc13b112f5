import type { Clock } from "../../../util/clock.ts";
import { parseEngineFigures, type EngineSample } from "../../watch/engineMetrics.ts";
import { Liveness, type LivenessState } from "../../watch/liveness.ts";
import type { EngineHttp } from "../../http/engineHttp.io.ts";

export interface WatchOptions {
  http: Pick<EngineHttp, "ask">;
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
/** Where a look comes at the very time at which it would hang, and is not enough. */
const SHORTEST_PAUSE_MS = 50;
/** A busy engine takes seconds for its metrics; a look that is missed says nothing by itself. */
const LONGEST_LOOK_MS = 5_000;
/** Three looks that are missed count: they must have come to their end by the time at which it would hang. */
const LONGEST_LOOK_SHARE = 1 / 5;
/** A look that would last beyond that time is cut short, but gets this much: a hang is noticed so much late at most. */
const SHORTEST_LOOK_SHARE = 1 / 20;
/** The health check says 200 while an engine hangs, but 503 (before vLLM 0.11: 500) once it has died. */
const HEALTH_EVERY_LOOKS = 5;

/** Watches an engine that answers, until it hangs or the watch is stopped. */
export class EngineWatch {
  readonly #options: WatchOptions;
  readonly #liveness: Liveness;
  #state: "moving" | "stalled" | "hung" = "moving";
  #looks = 0;
  /** When it will count as hung if nothing moves. Monotonic, in milliseconds. */
  #hungAt = Infinity;
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
    const timeoutMs = this.#patienceMs();
    const isHealthDue = this.#looks++ % HEALTH_EVERY_LOOKS === 0;
    const [reply, isDead] = await Promise.all([
      http.ask("/metrics", { timeoutMs }),
      isHealthDue && this.#isDead(timeoutMs),
    ]);
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
    const { untilHungMs } = this.#liveness;
    this.#hungAt = now + untilHungMs;
    const pauseMs = Math.max(SHORTEST_PAUSE_MS, Math.min(LOOK_EVERY_MS, untilHungMs));
    this.#cancelLook = clock.after(pauseMs, () => void this.#look());
  }

  /** How long a look that begins now may take. */
  #patienceMs(): number {
    const { clock, hangMs } = this.#options;
    const leftMs = Math.max(hangMs * SHORTEST_LOOK_SHARE, this.#hungAt - clock.now());
    return Math.min(LONGEST_LOOK_MS, hangMs * LONGEST_LOOK_SHARE, leftMs);
  }

  async #isDead(timeoutMs: number): Promise<boolean> {
    const health = await this.#options.http.ask("/health", { timeoutMs });
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
