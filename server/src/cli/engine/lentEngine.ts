import type { ManagedEngine } from "../../run/managedEngine.ts";

/** One engine for several runs, one after the other: a run that is done with it does not end it. */
export class LentEngine implements ManagedEngine {
  readonly #engine: ManagedEngine;

  constructor(engine: ManagedEngine) {
    this.#engine = engine;
  }

  get address(): ManagedEngine["address"] {
    return this.#engine.address;
  }

  get apiKey(): ManagedEngine["apiKey"] {
    return this.#engine.apiKey;
  }

  get profile(): ManagedEngine["profile"] {
    return this.#engine.profile;
  }

  get currentProfile(): ManagedEngine["currentProfile"] {
    return this.#engine.currentProfile;
  }

  get version(): ManagedEngine["version"] {
    return this.#engine.version;
  }

  get servedModels(): ManagedEngine["servedModels"] {
    return this.#engine.servedModels;
  }

  get notReady(): ManagedEngine["notReady"] {
    return this.#engine.notReady;
  }

  get startProgress(): ManagedEngine["startProgress"] {
    return this.#engine.startProgress;
  }

  get gpuNow(): ManagedEngine["gpuNow"] {
    return this.#engine.gpuNow;
  }

  get longestRequest(): ManagedEngine["longestRequest"] {
    return this.#engine.longestRequest;
  }

  get failure(): ManagedEngine["failure"] {
    return this.#engine.failure;
  }

  get onChange(): ManagedEngine["onChange"] {
    return this.#engine.onChange;
  }

  set onChange(listener: ManagedEngine["onChange"]) {
    this.#engine.onChange = listener;
  }

  needs(tokens: number): void {
    this.#engine.needs(tokens);
  }

  answersSaved(count: number): void {
    this.#engine.answersSaved(count);
  }

  inFlight(count: number): void {
    this.#engine.inFlight(count);
  }

  isolating(on: boolean): void {
    this.#engine.isolating(on);
  }

  explained(): void {
    this.#engine.explained();
  }

  release(): Promise<void> {
    this.#engine.onChange = null;
    return Promise.resolve();
  }
}
