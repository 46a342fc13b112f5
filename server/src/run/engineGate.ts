/**
 * Whether requests may go out.
 *
 * open     → all may. Unconfirmed until a request that was sent since has been answered.
 * away     → none may, and none is spent. We ask the engine's health, soon at first and then once a second.
 * trial    → one at a time: the health says yes, but the last time it did the requests said no.
 *
 * open  --a request finds the engine away--> away
 * away  --healthy, first time--> open (unconfirmed)     away --healthy, but it lied before--> trial
 * trial --answered--> open (confirmed)                  trial --away again--> away
 *
 * Where somebody watches the engine for us, his word goes before all: from `hold` to `free` it is away, and not asked.
 */
export type GateState = "open" | "away" | "trial";

const FIRST_PROBES_MS = [0, 100, 150, 250, 400, 650];
const LATER_PROBES_MS = 1000;

export interface GateSignal {
  /** When the request that found the engine away had been sent. */
  sentAt: number;
  cause: string;
  /** It was at work on the request when it went. */
  crash: boolean;
  /** The health check is known not to see this: do not trust it. */
  distrustHealth: boolean;
  /** It is certain that the engine was down at this moment: nobody listened, or it said so itself. */
  down: boolean;
}

/** All times in milliseconds of one monotonic clock. */
export class EngineGate {
  #state: GateState = "open";
  #confirmed = true;
  #changedAt = 0;
  #awaySince = 0;
  #cause = "";
  #distrusted = false;
  #sawDown = false;
  #probes = 0;
  #probeAt = 0;
  #probing = false;
  #episode = 0;
  #restarts = 0;
  #barren = 0;
  #held = false;
  #holds = 0;
  readonly #giveUpAfterMs: number;

  /** @param startsWith why it is held from the beginning, for an engine that is just being started; else null */
  constructor(giveUpAfterMs: number, startsWith: string | null = null) {
    this.#giveUpAfterMs = giveUpAfterMs;
    if (startsWith === null) return;
    this.#held = true;
    this.#state = "away";
    this.#cause = startsWith;
  }

  get state(): GateState {
    return this.#state;
  }

  /** Why it is not open, in words. */
  get cause(): string {
    return this.#cause;
  }

  /** Counts the times at which the engine went away, from 1. */
  get episode(): number {
    return this.#episode;
  }

  /** How often the engine was down and came back. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How often it died in a row, at work, without having answered anything. */
  get barrenDeaths(): number {
    return this.#barren;
  }

  /** Whether its watcher says that it is down. */
  get held(): boolean {
    return this.#held;
  }

  /** Counts the times at which its watcher said so: a probe that was taken before says nothing any more. */
  get holds(): number {
    return this.#holds;
  }

  /** Since when it is in its state: what was sent earlier says nothing about it. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /**
   * A request found the engine away. Returns true when this begins a new episode, false when it belongs to the one
   * that is known: several requests come back from one death, some of them late.
   */
  away(now: number, signal: GateSignal): boolean {
    if (this.#state === "away" || signal.sentAt < this.#changedAt) return false;
    const news = this.#confirmed || this.#sawDown;
    if (this.#confirmed) this.#awaySince = now;
    if (news) {
      this.#episode += 1;
      if (signal.crash) this.#barren += 1;
      this.#probes = 0;
    } else {
      // It was healthy, and then it was not: from now on one request goes ahead of the others.
      this.#distrusted = true;
    }
    this.#distrusted ||= signal.distrustHealth;
    this.#confirmed = false;
    this.#sawDown = signal.down;
    this.#cause = signal.cause;
    this.#change("away", now);
    this.#probeAt = now + this.#probeDelay();
    return news;
  }

  /**
   * Its watcher says that the engine is down. Returns true when nothing was known of that, which begins an episode.
   * Until `free` no request goes out, nobody asks its health, and time does not count against it.
   * @param atWork it had requests of ours in its hands
   */
  hold(now: number, why: string, atWork: boolean): boolean {
    this.#cause = why;
    if (this.#held) return false;
    this.#held = true;
    this.#holds += 1;
    this.#sawDown = true;
    if (this.#state === "away") return false;
    this.#episode += 1;
    if (atWork) this.#barren += 1;
    this.#confirmed = false;
    this.#change("away", now);
    return true;
  }

  /** Its watcher says that it answers: its health is asked at once, whoever is still being asked. */
  free(now: number): void {
    if (!this.#held) return;
    this.#held = false;
    this.#awaySince = now;
    this.#probes = 0;
    this.#probing = false;
    this.#probeAt = now;
  }

  /** True when the health should be asked now. Each true must be followed by `probed`, unless it was held since. */
  takeProbe(now: number): boolean {
    if (this.#state !== "away" || this.#held || this.#probing || now < this.#probeAt) return false;
    this.#probing = true;
    return true;
  }

  /** The answer to a probe. @param down why the engine is not healthy, or null when it is. */
  probed(now: number, down: string | null): void {
    this.#probing = false;
    if (this.#state !== "away") return;
    this.#probes += 1;
    this.#probeAt = now + this.#probeDelay();
    if (down !== null) {
      this.#sawDown = true;
      this.#cause = down;
      return;
    }
    if (this.#sawDown) {
      this.#restarts += 1;
      this.#distrusted = false;
    }
    this.#change(this.#distrusted ? "trial" : "open", now);
  }

  /** A request was answered: the engine is there. Late answers to what was sent before it went say nothing. */
  answered(now: number, sentAt: number): void {
    if (this.#confirmed || this.#state === "away" || sentAt < this.#changedAt) return;
    this.#confirmed = true;
    this.#distrusted = false;
    this.#sawDown = false;
    this.#barren = 0;
    if (this.#state !== "open") this.#change("open", now);
  }

  /** A request that kills engines was found out: the deaths in a row are explained. */
  explained(): void {
    this.#barren = 0;
  }

  /** Since when nothing was answered, while it is in question whether the engine is there; else null. */
  awayForMs(now: number): number | null {
    return this.#confirmed ? null : now - this.#awaySince;
  }

  givenUp(now: number): boolean {
    return !this.#held && (this.awayForMs(now) ?? -1) > this.#giveUpAfterMs;
  }

  #change(state: GateState, now: number): void {
    this.#state = state;
    this.#changedAt = now;
  }

  #probeDelay(): number {
    return FIRST_PROBES_MS[this.#probes] ?? LATER_PROBES_MS;
  }
}
