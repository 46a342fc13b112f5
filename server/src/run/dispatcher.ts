/**
 * Sends the requests of a run and decides what comes of each: the heart of a run, without any I/O of its own.
 * Everything happens in its turn of the event loop; time comes from a clock that is passed in.
 */
import type { ServerKind } from "../protocol/engine.ts";
import type { Clock } from "../util/clock.ts";
import { EngineGate } from "./engineGate.ts";
import { Flights, type Flight } from "./flights.ts";
import type { InFlightController } from "./inFlight.ts";
import { classify, type Outcome } from "./outcome.ts";
import type { EventSink, Probe, RequestSource, ResultSink, Send, WatchedEngine } from "./ports.ts";
import type { BatchRequest } from "./request.ts";
import { RequestQueue } from "./requestQueue.ts";
import { backoffMs, type RetryPolicy } from "./retryPolicy.ts";
import type { SendResult } from "./sendResult.ts";
import { evidence, isProven, isSuspect, witnessDeath } from "./suspects.ts";

export interface DispatcherOptions {
  retry: RetryPolicy;
  requestTimeoutMs: number;
  giveUpAfterMs: number;
  server: ServerKind;
  /** What `/v1/models` said at the start, or null. */
  servedModels: ReadonlySet<string> | null;
  /** Whether somebody watches the engine's counters, and tells `progressed`. */
  knowsProgress: boolean;
}

export interface DispatcherPorts {
  source: RequestSource;
  send: Send;
  results: ResultSink;
  probe: Probe;
  /** null: nobody watches the engine for us. */
  watched: WatchedEngine | null;
  events: EventSink;
  clock: Clock;
  /** From 0 up to 1. */
  random: () => number;
  newRequestId: () => string;
}

/** How it ended. `stopped`: on request; `engineFailed`: the engine stays away. Both can be resumed. */
export type DispatchEnd = { kind: "finished" } | { kind: "stopped" } | { kind: "engineFailed"; reason: string };

const TICK_MS = 50;
/** Connections that break before any byte are sent again at once so often, before the engine is asked. */
const FREE_RESENDS = 2;
/** Failures in a row, with nothing answered between, that say that it is the engine's fault. */
const FAILURES_IN_A_ROW = 32;
/** Deaths in a row, with nothing answered between, after which a run stops: the engine cannot do this work. */
const DEATHS_IN_A_ROW = 8;
const LONGEST_SILENCE_MS = 30_000;
/** The engine's counters are looked at about twice a second. */
const PROGRESS_TOLD_WITHIN_MS = 2_000;
/** A request that was so often late on an engine without other work is slow, when no counters say otherwise. */
const LATE_ALONE = 2;
/** What is on its way to us when an engine ends may still come. */
const LAST_ANSWERS_MS = 1_000;

export class Dispatcher {
  readonly gate: EngineGate;
  readonly inFlight: InFlightController;
  readonly #options: DispatcherOptions;
  readonly #ports: DispatcherPorts;
  readonly #queue = new RequestQueue();
  readonly #flights = new Flights();
  readonly #answeredUrls = new Set<string>();
  readonly #end = Promise.withResolvers<DispatchEnd>();
  #state: "running" | "draining" | "ended" = "running";
  #stopTick: () => void = noop;
  #stopWaiting: () => void = noop;
  #lastAnswerAt: number;
  #lastProgressAt = Number.NEGATIVE_INFINITY;
  #failuresInARow = 0;
  #busySince: number | null = null;
  #episodePeers = 0;
  #isolating = false;
  #retried = 0;

  constructor(options: DispatcherOptions, inFlight: InFlightController, ports: DispatcherPorts) {
    this.#options = options;
    this.#ports = ports;
    this.inFlight = inFlight;
    this.gate = new EngineGate(options.giveUpAfterMs, ports.watched?.notReady ?? null);
    this.#lastAnswerAt = ports.clock.now();
  }

  get sending(): number {
    return this.#flights.size;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Requests that were sent more than once. */
  get retried(): number {
    return this.#retried;
  }

  /** Sends until all is done, or it is stopped. */
  run(): Promise<DispatchEnd> {
    this.#ports.source.onMore = () => this.pump();
    this.#tick();
    return this.#end.promise;
  }

  /** No more requests go out; those in flight may finish. */
  drain(): void {
    if (this.#state === "running") this.#state = "draining";
    this.pump();
  }

  /** Ends now. Requests in flight are dropped; a resume asks them again. */
  stop(): void {
    this.#finish({ kind: "stopped" });
  }

  /** There is news of the engine from whoever watches it. */
  engineChanged(): void {
    const { watched, clock } = this.#ports;
    if (watched === null || this.#state === "ended") return;
    const { failure, notReady } = watched;
    if (failure !== null) {
      this.#finish({ kind: "engineFailed", reason: failure });
    } else if (notReady !== null) {
      this.#hold(clock.now(), notReady);
    } else if (this.gate.held) {
      this.#dropLost();
      this.gate.free(clock.now());
      this.#probeIfDue(clock.now());
    }
  }

  /** The engine's counters moved: it is at work, whatever the requests say. */
  progressed(now: number): void {
    this.#lastProgressAt = now;
    if (this.#flights.sentSince(this.gate.changedAt) > 0) this.gate.answered(now, now);
  }

  /** Whether it would help to know if the engine is at work: it is doubted, or a request takes long. */
  get wantsProgress(): boolean {
    if (this.gate.awayForMs(0) !== null) return true;
    const sentAt = this.#flights.oldestSentAt();
    return sentAt !== null && this.#ports.clock.now() - sentAt > this.#options.requestTimeoutMs / 2;
  }

  /** Sends what may go out. Call it whenever something has changed. */
  pump(): void {
    if (this.#state === "ended") return;
    const now = this.#ports.clock.now();
    while (this.#flights.size < this.inFlight.limit && this.#mayDispatch()) {
      const request = this.#next(now);
      if (request === undefined) break;
      this.#send(request, now);
    }
    this.#ports.watched?.inFlight(this.#flights.size);
    if (this.#flights.size > 0) return;
    if (this.#state === "draining") this.#finish({ kind: "stopped" });
    else if (this.#ports.source.ended && this.#queue.size === 0) this.#finish({ kind: "finished" });
  }

  #mayDispatch(): boolean {
    if (this.#state !== "running" || this.#ports.results.blocked || this.gate.state === "away") return false;
    return this.gate.state === "open" || this.#flights.sentSince(this.gate.changedAt) === 0;
  }

  #next(now: number): BatchRequest | undefined {
    const { source } = this.#ports;
    const request = this.#queue.take(now) ?? source.take();
    if (request !== undefined) return request;
    // Suspects go out when only they are left.
    const { size, suspects } = this.#queue;
    if (suspects === 0 || !source.ended || size > suspects) return undefined;
    return this.#queue.takeSuspect(this.#flights.size, this.#flights.smallestGroup());
  }

  #send(request: BatchRequest, now: number): void {
    request.sends += 1;
    if (request.sends === 2) this.#retried += 1;
    const requestId = this.#ports.newRequestId();
    const flight: Flight = { requestId, sentAt: now, abort: noop };
    this.#flights.add(request, flight);
    this.#isolate(isSuspect(request));
    flight.abort = this.#ports.send(request, requestId, (result) => this.#returned(request, flight, result));
  }

  /** Stays as it is when they come back: of a death one hears sooner than the other. */
  #isolate(on: boolean): void {
    const { watched } = this.#ports;
    if (watched === null || on === this.#isolating) return;
    this.#isolating = on;
    // The deaths so far were for the watcher to count. Those that he is asked to overlook are ours.
    if (on) this.gate.explained();
    watched.isolating(on);
  }

  #returned(request: BatchRequest, flight: Flight, result: SendResult): void {
    const peers = this.#flights.size;
    if (this.#state === "ended" || !this.#flights.land(request, flight)) return;
    const now = this.#ports.clock.now();
    if (result.kind === "answer") this.#lastAnswerAt = now;
    const outcome = classify(result, {
      url: request.url,
      server: this.#options.server,
      servedModels: this.#options.servedModels,
      wallTimeMs: this.#ports.clock.date().getTime(),
      answeredBefore: this.#answeredUrls.has(request.url),
    });
    this.#settle(request, flight, outcome, now, peers);
    this.pump();
  }

  #settle(request: BatchRequest, flight: Flight, outcome: Outcome, now: number, peers: number): void {
    switch (outcome.kind) {
      case "done":
        this.#answered(now, flight);
        this.#answeredUrls.add(request.url);
        this.#ports.results.answered({
          request,
          requestId: flight.requestId,
          statusCode: outcome.statusCode,
          text: outcome.text,
          isJson: outcome.isJson,
          usage: outcome.usage,
        });
        return;
      case "permanent":
        if (outcome.statusCode !== null) this.#answered(now, flight);
        request.attempts += 1;
        request.causes.push(outcome.message);
        this.#fail(request, outcome.code, outcome.message, answerOf(outcome.statusCode, flight));
        return;
      case "retry":
        this.#failed(request, flight, outcome.cause, now, peers);
        return;
      case "mediaAway":
        this.#retry(request, outcome.cause, now);
        return;
      case "busy":
        this.#busy(request, outcome, now);
        return;
      case "crowded":
        this.inFlight.overloaded(now);
        this.#queue.delay(request, now + backoffMs(this.#options.retry, 1, this.#ports.random()));
        return;
      case "reset":
        this.#reset(request, flight, outcome.cause, now, peers);
        return;
      case "late":
        this.#late(request, flight, outcome.cause, now, peers);
        return;
      case "engineAway":
        this.#away(request, flight, { ...outcome, distrustHealth: false }, now, peers);
    }
  }

  #answered(now: number, flight: Flight): void {
    this.#failuresInARow = 0;
    this.#busySince = null;
    this.inFlight.answered(now);
    this.gate.answered(now, flight.sentAt);
  }

  #failed(request: BatchRequest, flight: Flight, cause: string, now: number, peers: number): void {
    this.#failuresInARow += 1;
    if (this.#failuresInARow >= Math.max(FAILURES_IN_A_ROW, 2 * this.inFlight.limit)) {
      const everything = `every request fails, the last one with: ${cause}`;
      this.#away(request, flight, { cause: everything, crash: false, down: false, distrustHealth: true }, now, peers);
    } else {
      this.#retry(request, cause, now);
    }
  }

  #retry(request: BatchRequest, cause: string, now: number): void {
    request.attempts += 1;
    request.causes.push(cause);
    const { maxAttempts } = this.#options.retry;
    this.#attemptFailed(request, cause);
    if (request.attempts >= maxAttempts) {
      this.#fail(request, "run.attempts", `Failed ${request.attempts} times, the last time with: ${cause}`, null);
      return;
    }
    request.resends = 0;
    const delayMs = backoffMs(this.#options.retry, request.attempts, this.#ports.random());
    this.#queue.delay(request, now + delayMs);
  }

  /** 429: less of everything, and this one later. */
  #busy(request: BatchRequest, outcome: { cause: string; retryAfterMs: number | null }, now: number): void {
    this.#busySince ??= now;
    this.inFlight.overloaded(now);
    request.waits += 1;
    const backoff = backoffMs(this.#options.retry, Math.min(request.waits, 10), this.#ports.random());
    this.#attemptFailed(request, outcome.cause);
    this.#queue.delay(request, now + Math.max(outcome.retryAfterMs ?? 0, backoff));
  }

  /**
   * The server may close an idle connection at the moment in which we use it (vLLM's server does so after 5 s): then
   * no attempt was made at all. When it goes on, something is wrong.
   */
  #reset(request: BatchRequest, flight: Flight, cause: string, now: number, peers: number): void {
    // While the engine is known to be away, this is one more that was in its hands.
    if (request.resends >= FREE_RESENDS || this.gate.state !== "open") {
      this.#away(request, flight, { cause, crash: true, down: false, distrustHealth: false }, now, peers);
      return;
    }
    request.resends += 1;
    this.#send(request, now);
  }

  /** No answer in time. When the engine has been silent altogether it hangs; else it is this request that is slow. */
  #late(request: BatchRequest, flight: Flight, cause: string, now: number, peers: number): void {
    const silenceMs = now - this.#lastAnswerAt;
    const patienceMs = Math.min(LONGEST_SILENCE_MS, this.#options.requestTimeoutMs / 4);
    const progressMs = Math.max(patienceMs, PROGRESS_TOLD_WITHIN_MS);
    const isHeard = silenceMs < patienceMs || now - this.#lastProgressAt < progressMs;
    if (isHeard || (request.lateAlone >= LATE_ALONE && !this.#options.knowsProgress)) {
      this.#failed(request, flight, cause, now, peers);
      return;
    }
    if (this.gate.state === "trial") request.lateAlone += 1;
    const hang = `the engine hangs: ${cause}, and nothing else was answered for ${Math.round(silenceMs / 1000)} s`;
    const news = this.#away(
      request,
      flight,
      { cause: hang, crash: true, down: false, distrustHealth: true },
      now,
      peers,
    );
    if (!news) return;
    // The others hang as well: they go back to the queue, and one of them goes ahead.
    this.#flights.abort("deadline");
  }

  #away(
    request: BatchRequest,
    flight: Flight,
    signal: { cause: string; crash: boolean; down: boolean; distrustHealth: boolean },
    now: number,
    peers: number,
  ): boolean {
    // A request that was reset was in the engine's hands, even if what is told of it now is that nobody listens.
    const crash = signal.crash || request.resends > 0;
    const news = this.gate.away(now, { ...signal, crash, sentAt: flight.sentAt });
    if (news) {
      this.#episodePeers = peers;
      this.#ports.events("engine", { state: "away", cause: signal.cause, inFlight: peers, episode: this.gate.episode });
    }
    if (crash) this.#witness(request, signal.cause);
    else this.#giveBack(request);
    // A watcher knows better when to give up, but for the deaths that we asked him to overlook.
    if (this.#ports.watched === null || this.#isolating) this.#checkDeaths(signal.cause);
    return news;
  }

  #checkDeaths(cause: string): void {
    const deaths = this.gate.barrenDeaths;
    if (deaths < DEATHS_IN_A_ROW) return;
    const reason = `It died ${deaths} times in a row without answering anything, the last time with: ${cause}.`;
    this.#finish({ kind: "engineFailed", reason });
  }

  #hold(now: number, why: string): void {
    const peers = this.#flights.size;
    if (this.gate.held) {
      this.gate.hold(now, why, false);
      return;
    }
    if (this.gate.hold(now, why, peers > 0)) {
      this.#episodePeers = peers;
      this.#ports.events("engine", { state: "away", cause: why, inFlight: peers, episode: this.gate.episode });
    }
    this.#stopWaiting = this.#ports.clock.after(LAST_ANSWERS_MS, () => this.#dropLost());
  }

  /** Nothing more will come from an engine that has ended, even if its connections seem to be open. */
  #dropLost(): void {
    this.#stopWaiting();
    this.#flights.abort("lost");
  }

  #witness(request: BatchRequest, cause: string): void {
    const before = request.deaths;
    witnessDeath(request, this.gate.episode, this.#episodePeers);
    if (request.deaths > before) {
      request.causes.push(cause);
      this.#attemptFailed(request, cause);
    }
    if (isProven(request)) {
      this.gate.explained();
      this.#ports.watched?.explained();
      this.#fail(request, "run.killsEngine", evidence(request), null);
    } else {
      this.#giveBack(request);
    }
  }

  #giveBack(request: BatchRequest): void {
    request.resends = 0;
    if (isSuspect(request)) this.#queue.setAside(request);
    else this.#queue.giveBack(request);
  }

  #attemptFailed(request: BatchRequest, cause: string): void {
    const { customId, line, sends, attempts, deaths } = request;
    this.#ports.events("attempt", { custom_id: customId, line, sends, attempts, deaths, cause });
  }

  #fail(
    request: BatchRequest,
    code: string,
    message: string,
    answer: { statusCode: number; requestId: string } | null,
  ): void {
    const { line, attempts, causes } = request;
    this.#ports.events("deadLetter", { custom_id: request.customId, line, code, message });
    this.#ports.results.failed({ request, error: { code, message, line, attempts, causes }, answer });
  }

  #tick(): void {
    if (this.#state === "ended") return;
    const now = this.#ports.clock.now();
    this.#flights.expire(now - this.#options.requestTimeoutMs);
    this.#checkGivingUp(now);
    this.#probeIfDue(now);
    this.pump();
    this.#stopTick = this.#ports.clock.after(TICK_MS, () => this.#tick());
  }

  #probeIfDue(now: number): void {
    if (this.gate.takeProbe(now)) void this.#probe();
  }

  async #probe(): Promise<void> {
    const { restarts, holds } = this.gate;
    const down = await this.#ports.probe();
    const now = this.#ports.clock.now();
    if (holds !== this.gate.holds) return;
    this.gate.probed(now, down);
    if (this.gate.restarts > restarts) this.#ports.events("engine", { state: "back", restarts: this.gate.restarts });
    this.pump();
  }

  #checkGivingUp(now: number): void {
    const { giveUpAfterMs } = this.#options;
    const isBusy = this.#busySince !== null && now - this.#busySince > giveUpAfterMs;
    if (!this.gate.givenUp(now) && !isBusy) return;
    const seconds = Math.round(giveUpAfterMs / 1000);
    const cause = isBusy ? "it answers 429 (too many requests) to everything" : this.gate.cause;
    this.#finish({ kind: "engineFailed", reason: `It answered nothing for ${seconds} s: ${cause}.` });
  }

  #finish(end: DispatchEnd): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#stopTick();
    this.#stopWaiting();
    this.#flights.abort("stopped");
    this.#end.resolve(end);
  }
}

function noop(): void {
  // Until there is something to do.
}

function answerOf(statusCode: number | null, flight: Flight): { statusCode: number; requestId: string } | null {
  return statusCode === null ? null : { statusCode, requestId: flight.requestId };
}
