/** Starts an engine, watches it, says why it ended, tries the next thing, and leaves nothing running. */
import { rm } from "node:fs/promises";
import type {
  Diagnosis,
  EngineAddress,
  EngineEvent,
  EngineState,
  MeasuredCapacity,
  Profile,
  Rung,
  StartProgress,
} from "../../../protocol/engine.ts";
import type { Clock } from "../../../util/clock.ts";
import { duration } from "../../../util/duration.ts";
import { messageOf } from "../../../util/unknown.ts";
import { diagnose } from "../../diagnose/diagnose.ts";
import { maskedArguments } from "../../launch/maskedArguments.ts";
import { nextStep } from "../../recover/nextStep.ts";
import type { NextStep } from "../../recover/ladderTypes.ts";
import type { RecordedEngine } from "../../process/io/recordedEngine.io.ts";
import { hangDiagnosis } from "../../watch/hangDiagnosis.ts";
import type { GpuWatch } from "../../../gpu/io/gpuWatch.io.ts";
import { gpuNow } from "../../../gpu/gpuNow.ts";
import type { GpuNow } from "../../../protocol/gpu.ts";
import { readFitSettings } from "../../model/fitSettings.ts";
import { gpuPast, withGpuEvidence, type GpuPast } from "../gpuEvidence.ts";
import { CrashHistory } from "../crashHistory.ts";
import { neededWords } from "../neededWords.ts";
import { exitWords, type SupervisorOrder } from "../order.ts";
import { startWords } from "../startWords.ts";
import { EngineLife, type LifeEnd } from "./engineLife.io.ts";

/** What an engine that is asked to stop gets for it: vLLM 0.32 takes about a second, and was seen to hang for ever. */
const STOP_GRACE_MS = 10_000;
/** One that still loads loses the signal and goes on (vLLM 0.32, seen twice in two tries). */
const STOP_GRACE_OF_START_MS = 2_000;
const A_MINUTE_MS = 60_000;

export class Supervisor {
  onChange: (() => void) | null = null;
  readonly apiKey: string;
  readonly servedModels: readonly string[];
  /** The settings that it was started with, before any were changed to recover. */
  readonly profile: Profile;
  readonly version: string | null;
  readonly rungs: Rung[] = [];
  readonly #order: SupervisorOrder;
  readonly #history = new CrashHistory();
  readonly #stop = new AbortController();
  readonly #gpus: GpuWatch;
  readonly #done: Promise<void>;
  readonly #launched = Promise.withResolvers<undefined>();
  #address: EngineAddress;
  #current: Profile;
  #state: EngineState = "starting";
  #progress: StartProgress | null = null;
  #trouble = "its program starts";
  #failure: string | null = null;
  #diagnosis: Diagnosis | null = null;
  #capacity: MeasuredCapacity | null = null;
  #life: EngineLife | null = null;
  #inFlight = 0;
  #neededLen: number | null = null;
  /** When it became ready; null: it is not. */
  #readyAt: number | null = null;
  #remembering: Promise<void> = Promise.resolve();

  /** @param adopted an engine of an earlier life of ours that already runs with these settings */
  constructor(order: SupervisorOrder, address: EngineAddress, adopted: RecordedEngine | null = null) {
    this.#order = order;
    this.#address = address;
    this.profile = order.profile;
    this.version = order.version;
    this.#current = order.profile;
    this.apiKey = order.apiKey;
    this.servedModels = [order.servedModel];
    this.#gpus = order.watchGpus((fault) => this.#tell("gpu", { fault }));
    this.#done = this.#live(adopted);
  }

  /** Resolves when its process is there; rejects when it cannot be started at all. */
  get launched(): Promise<undefined> {
    return this.#launched.promise;
  }

  get address(): EngineAddress {
    return this.#address;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** The settings that it has now. */
  get currentProfile(): Profile {
    return this.#current;
  }

  get startProgress(): StartProgress | null {
    return this.#progress;
  }

  /** Why nothing can be sent now, in words; null when it answers. */
  get notReady(): string | null {
    return this.#state === "ready" || this.#state === "stalled" ? null : this.#trouble;
  }

  get failure(): string | null {
    return this.#failure;
  }

  /** Of the last crash. */
  get diagnosis(): Diagnosis | null {
    return this.#diagnosis;
  }

  /** As it said at its last start; null: it has not become ready yet. */
  get capacity(): MeasuredCapacity | null {
    return this.#capacity;
  }

  /** Prompt and answer, in tokens: as its settings say until it has said so itself; null: not known. */
  get longestRequest(): number | null {
    return this.#capacity?.maxModelLen ?? readFitSettings(this.#current).maxModelLen;
  }

  /** The GPUs of this machine; null: it has none, or none was read yet. */
  get gpuNow(): GpuNow | null {
    return gpuNow(this.#gpus.latest);
  }

  /** The context is not made shorter than this to recover, in tokens. */
  needs(tokens: number): void {
    const limit = this.#order.facts().modelLimit;
    // What is longer than the model itself takes fails whatever is set, and must not forbid what helps all others.
    if (limit === null || tokens <= limit) this.#neededLen = tokens;
  }

  answersSaved(count: number): void {
    this.#history.answersInThisLife += count;
    this.#life?.answered();
  }

  inFlight(count: number): void {
    this.#inFlight = count;
  }

  isolating(on: boolean): void {
    this.#history.isolating(on);
  }

  explained(): void {
    this.#history.explained();
  }

  /** Ends it, or leaves it running when it is to be kept and answers. Throws when it cannot be ended. */
  async release(): Promise<void> {
    if (this.#order.keep && this.notReady === null && this.#life !== null) {
      try {
        await this.#life.letGo();
        await this.#served();
      } finally {
        await this.#gpus.stop();
      }
      this.#enter("stopped", "it is left running");
      return;
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    const graceMs = this.notReady === null ? STOP_GRACE_MS : STOP_GRACE_OF_START_MS;
    if (this.#state !== "failed") this.#enter("stopping", "it is being stopped");
    this.#stop.abort();
    try {
      await this.#life?.stop(graceMs);
      await this.#done;
      await this.#served();
    } finally {
      await this.#gpus.stop();
    }
    if (this.#address.socketPath !== null) await rm(this.#address.socketPath, { force: true });
  }

  async #live(adopted: RecordedEngine | null): Promise<void> {
    try {
      let life = adopted === null ? await this.#launch() : this.#lifeOf(adopted, true);
      this.#launched.resolve(undefined);
      for (;;) {
        const end = await this.#follow(life);
        if (end === null) break;
        const step = await this.#answer(life, end);
        if (step === null) return;
        await this.#prepare(step);
        if (this.#stop.signal.aborted) break;
        this.#current = step.profile;
        life = await this.#launch();
      }
      this.#enter("stopped", "it was stopped");
      this.#tell("stopped");
    } catch (error) {
      this.#launched.reject(error);
      this.#fail(messageOf(error));
      await this.#gpus.stop();
    }
  }

  async #launch(): Promise<EngineLife> {
    const { launchOf, clock } = this.#order;
    this.#history.born();
    const launch = launchOf(this.#current, this.#address);
    this.#tell("launch", { command: launch.command, args: maskedArguments(launch.args), profile: this.#current.name });
    const startedAt = clock.date();
    const recorded = await EngineLife.start(this.#order, this.#current, this.#address, launch);
    return this.#lifeOf(recorded, false, startedAt);
  }

  #lifeOf(recorded: RecordedEngine, isReady: boolean, startedAt = new Date(recorded.record.startedAt)): EngineLife {
    this.#life = new EngineLife({
      order: this.#order,
      profile: this.#current,
      recorded,
      startedAt,
      isReady,
      inFlight: () => this.#inFlight,
      signal: this.#stop.signal,
      onProgress: (progress) => this.#progressed(progress),
      onReady: (capacity, ms) => this.#ready(capacity, ms),
      onStall: (flatMs) => this.#stalled(flatMs),
    });
    return this.#life;
  }

  /** Sees a life to its end. null: we ended it. */
  async #follow(life: EngineLife): Promise<LifeEnd | null> {
    // Whoever stopped it while its process was being started did not know of it yet.
    if (this.#stop.signal.aborted) await life.stop(STOP_GRACE_OF_START_MS);
    const end = await life.ended;
    this.#progress = null;
    return this.#stop.signal.aborted ? null : end;
  }

  /** Clears away what is left of it, finds out why, and decides. null: given up. */
  async #answer(life: EngineLife, end: LifeEnd): Promise<NextLaunch | null> {
    const { clock, facts } = this.#order;
    this.#enter("recovering", `${endWords(end)}; what is left of it is cleared away`);
    this.#tell(end.kind === "hung" ? "hang" : "exit", { ...end, ...this.#gpuFacts() });
    // Before it is cleared away: an idle GPU afterwards says nothing.
    const past = this.#gpuPast(end.kind === "hung" ? Math.min(end.flatMs, A_MINUTE_MS) : A_MINUTE_MS);
    void this.#served();
    await life.stop(0);
    const told = await this.#diagnose(life, end);
    const diagnosis = withGpuEvidence(told, this.gpuNow?.fault ?? null, past);
    this.#diagnosis = diagnosis;
    this.#tell("diagnosis", { ...diagnosis });
    this.#history.died({ at: clock.now(), diagnosis, profile: this.#current, wasReady: end.wasReady });
    if (!this.#order.recovers) {
      this.#fail(diagnosis.summary);
      return null;
    }
    const step = nextStep(this.#history.input(this.rungs, { ...facts(), neededLen: this.#neededLen }));
    if (step.kind === "giveUp") {
      this.#fail(step.reason + neededWords(diagnosis, this.#neededLen));
      return null;
    }
    this.rungs.push(step.rung);
    this.#tell("rung", { ...step.rung });
    return step;
  }

  /** As they are at this moment, and what they did before it. Nothing where there is none. */
  #gpuFacts(): Record<string, unknown> {
    const now = this.gpuNow;
    return now === null ? {} : { ...now, lastMinute: this.#gpuPast(A_MINUTE_MS) };
  }

  #gpuPast(windowMs: number): GpuPast[] {
    const since = this.#order.clock.date().getTime() - windowMs;
    return gpuPast(this.#gpus.history, since, this.#order.usedGpus(this.#current));
  }

  async #diagnose(life: EngineLife, end: LifeEnd): Promise<Diagnosis> {
    const kernelLines = await this.#order.kernelLines(life.startedAt);
    const found = diagnose({ text: await life.transcript(), exit: end.exit, stopRequested: false, kernelLines });
    // We ended it: what the log says of a cause goes before what we saw, and silence does not.
    if (found.cause !== "unknown" && found.cause !== "clean_stop") return found;
    if (end.kind === "hung") {
      return { ...hangDiagnosis(end.flatMs, life.figures, this.#inFlight), evidence: found.evidence };
    }
    return end.kind === "deadline" ? startGivenUp(found, end.waitedMs) : found;
  }

  async #prepare({ waitMs, waitFor, rung }: NextLaunch): Promise<void> {
    const { clock, newAddress } = this.#order;
    const { signal } = this.#stop;
    if (waitFor === "gpuMemory" && this.#current.engine === "vllm") {
      this.#enter("recovering", "it waits until the GPU's memory is free again");
      await this.#gpus.settled(signal);
    }
    if (waitMs > 0) {
      this.#enter("recovering", `it is started again in ${duration(waitMs / 1000)} (${rung.why})`);
      this.#tell("wait", { ms: waitMs });
      await pause(clock, waitMs, signal);
    }
    if (waitFor === "port") this.#address = await newAddress();
    this.#enter("starting", "its program starts again");
  }

  #progressed(progress: StartProgress): void {
    const before = this.#progress;
    this.#progress = progress;
    if (before?.phase !== progress.phase) this.#tell("phase", { ...progress });
    this.#enter("starting", startWords(progress));
  }

  #ready(capacity: MeasuredCapacity | null, afterMs: number): void {
    this.#progress = null;
    this.#capacity = capacity;
    this.#readyAt = this.#order.clock.now();
    this.#tell("ready", { afterMs: Math.round(afterMs), ...capacity });
    this.#enter("ready", "");
  }

  /** Tells once what this life has done. */
  #served(): Promise<void> {
    if (this.#readyAt !== null) {
      const ranSeconds = (this.#order.clock.now() - this.#readyAt) / 1000;
      this.#readyAt = null;
      const { answersInThisLife: answers } = this.#history;
      const served = { profile: this.#current, capacity: this.#capacity, ranSeconds, answers };
      this.#remembering = this.#remembering.then(() => this.#order.onServed(served));
    }
    return this.#remembering;
  }

  #stalled(flatMs: number | null): void {
    this.#tell(flatMs === null ? "moving" : "stalled", flatMs === null ? {} : { flatMs: Math.round(flatMs) });
    this.#enter(flatMs === null ? "ready" : "stalled", "");
  }

  #fail(reason: string): void {
    this.#failure = reason;
    this.#tell("failed", { reason });
    this.#enter("failed", reason);
  }

  #enter(state: EngineState, trouble: string): void {
    // Once it is to stop, what its last life still says changes nothing.
    if (this.#stop.signal.aborted && state !== "stopped" && state !== "failed") return;
    this.#state = state;
    this.#trouble = trouble;
    this.onChange?.();
  }

  #tell(event: EngineEvent["event"], details: Record<string, unknown> = {}): void {
    this.#order.onEvent({ at: this.#order.clock.date().toISOString(), event, ...details });
  }
}

/** Resolves when the time is over, or at once when it is no longer wanted. */
async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => resolve(undefined);
  const cancel = clock.after(ms, end);
  signal.addEventListener("abort", end, { once: true });
  await promise;
  cancel();
  signal.removeEventListener("abort", end);
}

type NextLaunch = Extract<NextStep, { kind: "launch" }>;

function endWords(end: LifeEnd): string {
  switch (end.kind) {
    case "exited":
      return `it ended with ${exitWords(end.exit)}`;
    case "dead":
      return "its health check says that the engine is dead";
    case "hung":
      return `nothing has moved for ${duration(end.flatMs / 1000)} though requests wait`;
    case "deadline":
      return "it was not ready in time";
  }
}

function startGivenUp(found: Diagnosis, waitedMs: number): Diagnosis {
  return {
    ...found,
    cause: "startup_timeout",
    confidence: "high",
    summary: `The engine did not become ready: its log showed no progress for ${duration(waitedMs / 1000)}.`,
  };
}
