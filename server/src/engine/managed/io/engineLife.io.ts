import { rm } from "node:fs/promises";
import type { EngineAddress, ExitFacts, MeasuredCapacity, Profile, StartProgress } from "../../../protocol/engine.ts";
import { startRecorded, type RecordedEngine } from "../../process/io/recordedEngine.io.ts";
import { becomeReady } from "../../start/becomeReady.ts";
import type { EngineSample } from "../../watch/engineMetrics.ts";
import type { Launch, SupervisorOrder } from "../order.ts";
import { EngineHttp } from "../../http/engineHttp.io.ts";
import { EngineWatch } from "./watchEngine.io.ts";

/** How a life ended that we did not end for a person. */
export type LifeEnd =
  | { kind: "exited"; wasReady: boolean; exit: ExitFacts }
  /** Its API server lives and says that its engine does not (vLLM with VLLM_KEEP_ALIVE_ON_ENGINE_DEATH). */
  | { kind: "dead"; wasReady: true; exit: ExitFacts }
  | { kind: "hung"; wasReady: true; exit: ExitFacts; flatMs: number }
  | { kind: "deadline"; wasReady: false; exit: ExitFacts; waitedMs: number };

export interface LifeParts {
  order: SupervisorOrder;
  profile: Profile;
  recorded: RecordedEngine;
  startedAt: Date;
  /** It was ready before we came. */
  isReady: boolean;
  /** Requests of ours that it has not answered. */
  inFlight: () => number;
  /** Somebody wants it to end. */
  signal: AbortSignal;
  onProgress: (progress: StartProgress) => void;
  /** @param afterMs how long the start took */
  onReady: (capacity: MeasuredCapacity | null, afterMs: number) => void;
  /** @param flatMs for how long nothing has moved; null: it moves again */
  onStall: (flatMs: number | null) => void;
}

const STILL_RUNS: ExitFacts = { code: null, signal: null };

/** One process of an engine, from its start to its end. */
export class EngineLife {
  readonly startedAt: Date;
  /** Settles when it has ended, or must be ended. Never rejects. */
  readonly ended: Promise<LifeEnd>;
  readonly #parts: LifeParts;
  readonly #http: EngineHttp;
  readonly #stopListening: () => void;
  #watch: EngineWatch | null = null;
  #isOver = false;

  constructor(parts: LifeParts) {
    this.#parts = parts;
    this.startedAt = parts.startedAt;
    const { recorded, order } = parts;
    this.#http = new EngineHttp(recorded.record.address, order.apiKey);
    this.#stopListening = recorded.process.listen(order.onLine);
    this.ended = this.#live();
  }

  /** Starts its process, with a record of it. Rejects, with nothing left running, when that cannot be done. */
  static async start(
    order: SupervisorOrder,
    profile: Profile,
    address: EngineAddress,
    launch: Launch,
  ): Promise<RecordedEngine> {
    const { stateFolder, id, asked, apiKey, model, servedModel, logFile, keep } = order;
    // One that was killed leaves its socket behind, and the next one would find the address in use.
    if (address.socketPath !== null) await rm(address.socketPath, { force: true });
    return await startRecorded(
      stateFolder,
      { id, address, apiKey, profile, asked, model, servedModel, logFile, keep },
      launch,
    );
  }

  /** A request of ours was answered. */
  answered(): void {
    this.#watch?.answered();
  }

  /** The newest figures of its work; null: it has told none. */
  get figures(): EngineSample | null {
    return this.#watch?.figures ?? null;
  }

  transcript(): Promise<string> {
    return this.#parts.recorded.process.transcript();
  }

  /** Ends what is left of it, and forgets it. Rejects when something of it is still alive after KILL. */
  async stop(graceMs: number): Promise<void> {
    this.#close();
    await this.#parts.recorded.stop({ graceMs });
    await this.#http.close();
  }

  /** Lets it live on after us. */
  async letGo(): Promise<void> {
    this.#close();
    await this.#parts.recorded.letGo();
    await this.#http.close();
  }

  #close(): void {
    this.#isOver = true;
    this.#watch?.stop();
    this.#stopListening();
  }

  async #live(): Promise<LifeEnd> {
    const { recorded, order, isReady, profile, signal } = this.#parts;
    const exited = recorded.process.exited.then((exit) => ({ exit }));
    const startedMs = order.clock.now();
    if (!isReady) {
      const start = await becomeReady({
        process: recorded.process,
        ask: (path, options) => this.#http.ask(path, options),
        expectedModel: order.servedModel,
        startTimeoutMs: profile.startTimeoutSeconds * 1000,
        clock: order.clock,
        signal,
        onProgress: (progress) => this.#parts.onProgress(progress),
      });
      if (!start.ok && start.why === "deadline") {
        return { kind: "deadline", wasReady: false, exit: STILL_RUNS, waitedMs: order.clock.now() - startedMs };
      }
      if (!start.ok) return { kind: "exited", wasReady: false, ...(await exited) };
      this.#parts.onReady(start.capacity, order.clock.now() - startedMs);
      // What cannot be written is tried again with the next look at who belongs to it.
      void recorded.update({ ready: true }).catch(() => undefined);
    } else this.#parts.onReady(null, 0);
    const trouble = this.#startWatch();
    const end = await Promise.race([exited, trouble]);
    this.#watch?.stop();
    return "exit" in end && !("kind" in end) ? { kind: "exited", wasReady: true, ...end } : end;
  }

  #startWatch(): Promise<Extract<LifeEnd, { kind: "hung" | "dead" }>> {
    const { order, profile, inFlight, onStall } = this.#parts;
    return new Promise((resolve) => {
      const watch = new EngineWatch({
        http: this.#http,
        servedModel: order.servedModel,
        hangMs: profile.hangSeconds * 1000,
        clock: order.clock,
        inFlight,
        onState: (state, flatMs) => {
          if (this.#isOver) return;
          if (state === "hung") resolve({ kind: "hung", wasReady: true, exit: STILL_RUNS, flatMs });
          else onStall(state === "stalled" ? flatMs : null);
        },
        onDead: () => resolve({ kind: "dead", wasReady: true, exit: STILL_RUNS }),
      });
      this.#watch = watch;
    });
  }
}
