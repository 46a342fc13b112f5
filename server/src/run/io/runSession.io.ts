/** One session of a run: from an engine that answers to the end of dispatch, and what is made of that end. */
import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import type { Manifest, RunStatus, RunSummary } from "../../protocol/records.ts";
import type { RunProgress } from "../../protocol/runReport.ts";
import { Repeater } from "../../util/repeater.ts";
import { messageOf } from "../../util/unknown.ts";
import { sentModels } from "../checkModels.ts";
import { BlindInFlight, blindStart } from "../blindInFlight.ts";
import { Dispatcher, type DispatchEnd } from "../dispatcher.ts";
import { fixedInFlight, LARGEST_IN_FLIGHT, MetricsInFlight } from "../inFlight.ts";
import type { ManagedEngine } from "../managedEngine.ts";
import { isSuccess, moveTo, summaryOf } from "../manifest.ts";
import { servedName } from "../missingModels.ts";
import { applyOverrides } from "../overrides.ts";
import { RateMeter } from "../rateMeter.ts";
import type { RequestLengths } from "../requestLengths.ts";
import { idMaker } from "../requestIds.ts";
import { defaultRetryPolicy } from "../retryPolicy.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import { selector } from "../selection.ts";
import { etaSeconds } from "../etaSeconds.ts";
import { TamperedError } from "./appendLog.io.ts";
import { audioFormMaker } from "./audioForm.io.ts";
import { forgetCancel, isAskedToCancel } from "./controlFile.io.ts";
import type { Contact } from "./contact.io.ts";
import { EngineFollower } from "./engineFollower.io.ts";
import { EventLog } from "./events.io.ts";
import { finishRun } from "./finishRun.io.ts";
import type { RunLock } from "./lock.io.ts";
import { writeManifest } from "./manifest.io.ts";
import { watchMetrics } from "./metricsWatch.io.ts";
import { FileRequestSource } from "./requestSource.io.ts";
import { restoreFiles } from "./restoreFolder.io.ts";
import { ResultLog, type SavedCounts } from "./resultLog.io.ts";
import type { SavedResults } from "./scanResults.io.ts";
import { Sender } from "./send.io.ts";
import { keepMemorySmall } from "./steadyMemory.io.ts";

export interface SessionStart extends Contact {
  folder: string;
  lock: RunLock;
  manifest: Manifest;
  /** What was on disk when the session began. */
  saved: SavedResults;
  /** The batch file as it was when it was checked or hashed. */
  checked: Pick<Stats, "size" | "mtimeMs">;
  /** null: the file was not checked in this session, or the run is about a sample. */
  lengths: RequestLengths | null;
}

export interface RunResult {
  summary: RunSummary;
  /** done: nothing is left to ask. */
  end: "done" | "stopped" | "engineFailed";
  /** Whether as many were answered as was asked for. */
  isSuccess: boolean;
}

/** A run that is under way. */
export interface RunHandle {
  folder: string;
  done: Promise<RunResult>;
  progress(): RunProgress;
  /** Sends nothing more; ends when what is in flight has been answered. */
  drain(): void;
  /** Ends at once. */
  stop(): void;
}

const HOUSEKEEPING_MS = 500;
const MANIFEST_EVERY_MS = 30_000;
const PROGRESS_EVENT_EVERY = 100;

type Ending = DispatchEnd | { kind: "cancelled" } | { kind: "broken"; error: Error };

export class RunSession implements RunHandle {
  readonly folder: string;
  readonly done: Promise<RunResult>;
  readonly #start: SessionStart;
  readonly #world: RunWorld;
  readonly #manifest: Manifest;
  readonly #events: EventLog;
  readonly #log: ResultLog;
  readonly #source: FileRequestSource;
  readonly #sender: Sender;
  readonly #dispatcher: Dispatcher;
  readonly #meter = new RateMeter();
  readonly #repeater: Repeater;
  readonly #startedAt: number;
  readonly #base: Manifest["counts"];
  #notice: string | null = null;
  #override: Ending | null = null;
  #manifestWrittenAt: number;
  #restartsWritten = 0;
  /** null: before the run has begun, and where nobody watches the engine. */
  #follower: EngineFollower | null = null;
  #progressTold: number;

  constructor(start: SessionStart, world: RunWorld) {
    this.#start = start;
    this.#world = world;
    this.folder = start.folder;
    this.#manifest = start.manifest;
    this.#startedAt = world.clock.now();
    this.#manifestWrittenAt = this.#startedAt;
    this.#base = { ...start.manifest.counts };
    this.#progressTold = start.saved.completed + start.saved.failed;
    this.#repeater = new Repeater(world.clock, (error) => this.#end({ kind: "broken", error: asError(error) }));
    this.#events = new EventLog(start.folder, world.clock);
    this.#log = this.#openLog();
    this.#source = this.#openSource();
    this.#sender = this.#openSender();
    this.#dispatcher = this.#makeDispatcher();
    this.done = this.#run();
  }

  progress(): RunProgress {
    const { counts } = this.#manifest;
    const startProgress = this.#engine?.startProgress ?? null;
    const gpu = this.#engine?.gpuNow ?? null;
    const { answers, tokens } = this.#meter.rates();
    const { gate } = this.#dispatcher;
    const away = gate.state === "open" ? null : `Waiting for the engine: ${gate.cause}.`;
    return {
      status: this.#notice === null ? this.#manifest.status : "paused",
      notice: this.#notice ?? away,
      ...(startProgress === null ? {} : { engineStart: startProgress }),
      ...(gpu === null ? {} : { gpu }),
      simulated: this.#manifest.engine.simulated,
      total: counts.total,
      completed: counts.completed,
      failed: counts.failed,
      inFlight: this.#dispatcher.sending,
      inFlightLimit: this.#dispatcher.inFlight.limit,
      retried: counts.retried,
      engineRestarts: counts.engineRestarts,
      requestsPerSecond: answers,
      tokensPerSecond: tokens,
      etaSeconds: etaSeconds(counts.total - counts.completed - counts.failed, answers),
    };
  }

  drain(): void {
    this.#dispatcher.drain();
    this.#log.giveUp();
  }

  stop(): void {
    this.#dispatcher.stop();
    this.#log.giveUp();
  }

  #openLog(): ResultLog {
    const newId = idMaker(randomBytes);
    return new ResultLog({
      folder: this.folder,
      clock: this.#world.clock,
      newLineId: () => `vllm-${newId()}`,
      listener: {
        saved: (counts) => this.#saved(counts),
        blocked: (reason) => this.#blocked(reason),
        broken: (error) => this.#end({ kind: "broken", error }),
      },
    });
  }

  #openSource(): FileRequestSource {
    const { saved, checked } = this.#start;
    const { input, options, overrides, selection, counts } = this.#manifest;
    const isPlain = Object.keys(overrides).length === 0;
    return new FileRequestSource({
      path: input.path,
      checked,
      order: options.order,
      count: counts.total - saved.completed - saved.failed,
      isInvalid: (line) => saved.invalidLines.has(line),
      wants: selector(selection, input.requests - input.invalid),
      isSettled: (customId) => saved.settled.get(customId) !== undefined,
      prepare: isPlain ? (_url, body) => body : (url, body) => applyOverrides(url, body, overrides),
      onFailed: (problem) => this.#end({ kind: "broken", error: problem }),
    });
  }

  #openSender(): Sender {
    const { inFlight, requestTimeoutMs } = this.#manifest.options;
    return new Sender({
      address: this.#start.client.address,
      apiKey: this.#start.apiKey,
      connections: inFlight ?? LARGEST_IN_FLIGHT,
      requestTimeoutMs,
      audioForm: audioFormMaker(this.#world.env),
    });
  }

  #makeDispatcher(): Dispatcher {
    const { options } = this.#manifest;
    const { facts, client } = this.#start;
    const newId = idMaker(randomBytes);
    const steered = facts.hasMetrics ? new MetricsInFlight() : new BlindInFlight(blindStart(facts));
    const sent = sentModels(this.#manifest);
    const served = sent.filter((model) => servedName(model, facts) !== null);
    const needed = served.map((model) => servedName(model, facts) ?? model);
    return new Dispatcher(
      {
        retry: { ...defaultRetryPolicy, maxAttempts: options.maxAttempts },
        requestTimeoutMs: options.requestTimeoutMs,
        giveUpAfterMs: options.giveUpAfterMs,
        server: facts.server,
        servedModels: facts.models === null ? null : new Set([...facts.models, ...served]),
        knowsProgress: facts.hasMetrics,
      },
      options.inFlight === null ? steered : fixedInFlight(options.inFlight),
      {
        source: this.#source,
        send: this.#sender.send,
        results: this.#log,
        probe: () => client.health(needed),
        watched: this.#engine,
        events: this.#events.add,
        clock: this.#world.clock,
        random: this.#world.random,
        newRequestId: () => `vllm-batch-${newId()}`,
      },
    );
  }

  async #run(): Promise<RunResult> {
    keepMemorySmall();
    try {
      this.#follower = this.#followEngine();
      await this.#enter("in_progress", null);
      this.#repeater.every(
        () => HOUSEKEEPING_MS,
        () => this.#keepHouse(),
      );
      if (this.#start.facts.hasMetrics) this.#watchMetrics();
      const end = await this.#dispatcher.run();
      const ending = this.#override ?? end;
      this.#repeater.stop();
      await this.#log.idle();
      return await this.#conclude(this.#override ?? ending);
    } finally {
      await this.#close();
    }
  }

  /** Ends for a reason of ours, not of the dispatcher's. The first reason wins. */
  #end(ending: Ending): void {
    this.#override ??= ending;
    this.#dispatcher.stop();
  }

  get #engine(): ManagedEngine | null {
    return this.#start.managed?.engine ?? null;
  }

  #followEngine(): EngineFollower | null {
    const { managed, lengths, client } = this.#start;
    return managed === null
      ? null
      : new EngineFollower(managed, {
          manifest: this.#manifest,
          lengths,
          client,
          sender: this.#sender,
          dispatcher: this.#dispatcher,
          events: this.#events,
          notify: this.#world.notify,
          manifestDue: () => (this.#manifestWrittenAt = Number.NEGATIVE_INFINITY),
        });
  }

  #watchMetrics(): void {
    const { client } = this.#start;
    const isSteered = this.#manifest.options.inFlight === null;
    watchMetrics(isSteered, this.#dispatcher, { client, repeater: this.#repeater, clock: this.#world.clock });
  }

  #saved(counts: SavedCounts): void {
    this.#follower?.saved(counts.completed);
    const total = this.#manifest.counts;
    total.completed += counts.completed;
    total.failed += counts.failed;
    total.promptTokens += counts.promptTokens;
    total.completionTokens += counts.completionTokens;
    const settled = total.completed + total.failed;
    if (settled - this.#progressTold < PROGRESS_EVENT_EVERY) return;
    this.#progressTold = settled;
    const { completed, failed, inFlight, requestsPerSecond, tokensPerSecond, gpu = null } = this.progress();
    this.#events.add("progress", { completed, failed, inFlight, requestsPerSecond, tokensPerSecond, gpu });
  }

  #blocked(reason: string | null): void {
    this.#notice = reason === null ? null : `${reason} The run waits, and goes on by itself.`;
    this.#events.add("disk", { reason });
    this.#world.notify(this.#notice ?? "The disk can be written again: the run goes on.");
    if (reason === null) this.#dispatcher.pump();
  }

  async #keepHouse(): Promise<void> {
    const now = this.#world.clock.now();
    this.#count(now);
    const { completed, failed, promptTokens, completionTokens } = this.#manifest.counts;
    this.#meter.sample(now, completed + failed, promptTokens + completionTokens);
    if (await isAskedToCancel(this.folder)) {
      moveTo(this.#manifest, "cancelling", "Cancelled on request.", this.#world.clock.date());
      this.#end({ kind: "cancelled" });
    } else if (now - this.#manifestWrittenAt > MANIFEST_EVERY_MS || this.#restartsWritten !== this.#restarts) {
      // What no other file tells is not left to a good end.
      await this.#writeManifest();
    }
  }

  get #restarts(): number {
    return this.#dispatcher.gate.restarts;
  }

  #count(now: number): void {
    const { counts } = this.#manifest;
    counts.retried = this.#base.retried + this.#dispatcher.retried;
    counts.engineRestarts = this.#base.engineRestarts + this.#restarts;
    counts.seconds = this.#base.seconds + (now - this.#startedAt) / 1000;
  }

  async #conclude(ending: Ending): Promise<RunResult> {
    this.#count(this.#world.clock.now());
    switch (ending.kind) {
      case "finished":
        return await this.#finish();
      case "stopped":
        return await this.#leave("paused", "Stopped on request.", "stopped");
      case "cancelled":
        await forgetCancel(this.folder);
        return await this.#leave("cancelled", "Cancelled on request. What was answered is kept.", "stopped");
      case "engineFailed":
        return await this.#leave("failed", `The engine failed. ${ending.reason}`, "engineFailed");
      case "broken":
        return await this.#break(ending.error);
    }
  }

  async #finish(): Promise<RunResult> {
    await this.#enter("finalizing", null);
    const fault = await finishRun(this.folder, this.#manifest, this.#start.saved.settled);
    return fault === null
      ? await this.#leave("completed", null, "done")
      : await this.#leave("failed", fault, "stopped");
  }

  async #break(error: Error): Promise<RunResult> {
    let reason = error.message;
    if (error instanceof TamperedError) {
      this.#events.add("tampered", { path: error.path, what: error.message });
      reason += this.#rescue();
    }
    if (!(error instanceof RunProblem)) reason += ` The run stopped; go on with: vllm-batch resume ${this.folder}`;
    return await this.#leave("paused", reason, "stopped");
  }

  #rescue(): string {
    const written = restoreFiles([this.#log.output, this.#log.errors, this.#events.log]);
    if (typeof written === "string") return ` What we held could not be put back: ${written}.`;
    return written.length === 0
      ? " Answers that are gone from it will be asked again."
      : ` What we held was put back: ${written.join(", ")}.`;
  }

  async #leave(status: RunStatus, reason: string | null, end: RunResult["end"]): Promise<RunResult> {
    await this.#enter(status, reason);
    return { summary: summaryOf(this.#manifest, this.folder), end, isSuccess: isSuccess(this.#manifest) };
  }

  async #enter(status: RunStatus, reason: string | null): Promise<void> {
    moveTo(this.#manifest, status, reason, this.#world.clock.date());
    this.#events.add("status", { status, reason });
    await this.#writeManifest();
  }

  /** A manifest that cannot be written loses no result, and is found out by whoever reads it: the files are counted. */
  async #writeManifest(): Promise<void> {
    this.#manifestWrittenAt = this.#world.clock.now();
    this.#restartsWritten = this.#restarts;
    try {
      await writeManifest(this.folder, this.#manifest);
    } catch (error) {
      this.#world.notify(`run.json could not be brought up to date: ${messageOf(error)}`);
    }
  }

  /** What cannot be ended is for a person to know, and no reason to leave the run's files open. */
  async #release(): Promise<void> {
    try {
      await this.#start.release();
    } catch (error) {
      this.#world.notify(messageOf(error));
    }
  }

  async #close(): Promise<void> {
    this.#repeater.stop();
    await this.#source.close();
    await this.#sender.close();
    await this.#start.client.close();
    await this.#release();
    this.#events.close();
    const { dropped } = this.#events;
    if (dropped > 0)
      this.#world.notify(`${dropped} lines of events.jsonl could not be written; no result is among them.`);
    this.#log.close();
    this.#start.lock.release();
  }
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
