import type { Manifest } from "../../protocol/records.ts";
import type { ServerFacts } from "../../engine/attach/serverFacts.ts";
import { messageOf } from "../../util/unknown.ts";
import { checkModels, sentModels } from "../checkModels.ts";
import type { EngineWork, ManagedEngine } from "../managedEngine.ts";
import { recordProfile } from "../recordedProfile.ts";
import type { LongestRequest } from "../requestLengths.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import type { EngineChoice, ManagedChoice } from "../startOptions.ts";
import { contactEngine, type Contact } from "./contact.io.ts";
import { EngineClient } from "./engineClient.io.ts";
import { EngineDiary } from "./engineDiary.io.ts";

/** An engine that was begun with before it is needed. */
export interface PendingEngine {
  /** The world for what is done in the meantime: it is asked to end when there will be no engine. */
  meanwhile: RunWorld;
  /** The longest request that is known so far. */
  needs(longest: LongestRequest): void;
  /** The engine as `contactEngine` gives it. */
  contact(manifest: Manifest, patienceMs: number): Promise<Contact>;
  /** There will be no run. Undoes what was done, and returns the reason: of the one given and its own, the deeper. */
  abandon(reason: unknown): Promise<unknown>;
}

/** Begins the start of an engine, where the run is to have one of its own. */
export function beginEngine(choice: EngineChoice, work: EngineWork, folder: string, world: RunWorld): PendingEngine {
  if (choice.kind === "managed") return new StartedEngine(choice, work, folder, world);
  return {
    meanwhile: world,
    needs: () => undefined,
    contact: (manifest, patienceMs) => contactEngine(choice, manifest, patienceMs, world),
    abandon: (reason) => Promise.resolve(reason),
  };
}

/** The engine of a run, on its way up while the batch file is still being checked. */
class StartedEngine implements PendingEngine {
  readonly #choice: ManagedChoice;
  readonly #diary: EngineDiary;
  readonly #engine: Promise<ManagedEngine>;
  readonly #notWanted = new AbortController();
  readonly #refused = new AbortController();
  readonly #world: RunWorld;

  constructor(choice: ManagedChoice, work: EngineWork, folder: string, world: RunWorld) {
    this.#choice = choice;
    this.#diary = new EngineDiary(folder);
    this.#world = world;
    const { profile, recorded, keep } = choice;
    const { onLine, onEvent } = this.#diary;
    const signal = AbortSignal.any([world.signal, this.#notWanted.signal]);
    this.#engine = world.startEngine({ profile, recorded, keep, work, onLine, onEvent, signal });
    this.#engine.catch(() => this.#refused.abort());
  }

  get meanwhile(): RunWorld {
    return { ...this.#world, signal: AbortSignal.any([this.#world.signal, this.#refused.signal]) };
  }

  needs({ tokens }: LongestRequest): void {
    // Why there is none is told to whoever waits for it.
    this.#engine.then((engine) => engine.needs(tokens)).catch(() => undefined);
  }

  /** Resolves when the first start is under way: how it goes on is the session's to see. */
  async contact(manifest: Manifest): Promise<Contact> {
    const { models, input, engine: record } = manifest;
    if (models.length > 1) throw mixedModels(models, input.path);
    const engine = await this.#engine;
    if (this.#world.signal.aborted) throw new RunProblem("stopped", "Stopped before the run had begun.");
    const asked = { name: `The engine of the profile ${this.#choice.profile}`, canMap: false };
    const facts = factsOf(engine);
    checkModels(sentModels(manifest), facts, asked, this.#world.notify);
    const { address, apiKey, profile, version } = engine;
    Object.assign(record, {
      kind: "managed",
      url: address.url,
      apiKeyEnv: null,
      server: facts.server,
      version,
      models: facts.models,
      simulated: facts.simulated,
      timeline: null,
      managed: { profile: this.#choice.profile, settings: recordProfile(profile) },
    } satisfies Manifest["engine"]);
    const client = new EngineClient(address, apiKey);
    const release = async (): Promise<void> => {
      await engine.release().finally(() => this.#diary.close());
    };
    return { client, facts, apiKey, managed: { engine, diary: this.#diary }, release };
  }

  async abandon(reason: unknown): Promise<unknown> {
    const isRefused = this.#refused.signal.aborted;
    this.#notWanted.abort();
    try {
      const engine = await this.#engine;
      await engine.release().catch((error: unknown) => this.#world.notify(messageOf(error)));
      return reason;
    } catch (error) {
      return isRefused && !this.#world.signal.aborted ? error : reason;
    } finally {
      this.#diary.close();
    }
  }
}

function mixedModels(models: readonly string[], file: string): RunProblem {
  const names = models.slice(0, 5).join(", ") + (models.length > 5 ? " …" : "");
  return new RunProblem(
    "input",
    `The requests in ${file} name ${models.length} models (${names}), and an engine that is started for a run serves one. ` +
      `Make a file of each: vllm-batch split ${file} --by-model. Or use one for all requests: --model NAME`,
  );
}

function factsOf({ profile, servedModels, version }: ManagedEngine): ServerFacts {
  return {
    server: "vllm",
    slots: null,
    models: [...servedModels],
    version,
    simulated: profile.engine === "simulator",
    hasMetrics: profile.flags["disable-log-stats"] !== true,
  };
}
