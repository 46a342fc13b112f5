import type { EngineAddress, Profile, StartProgress } from "../../../server/src/protocol/engine.ts";
import type { GpuNow } from "../../../server/src/protocol/gpu.ts";
import type { EngineOrder, ManagedEngine, StartEngine } from "../../../server/src/run/managedEngine.ts";

export const testProfile: Profile = {
  name: "small",
  engine: "vllm",
  vllm: null,
  model: null,
  servedModelName: null,
  flags: { "max-num-seqs": 4, "enforce-eager": true, "limit-mm-per-prompt": ["image=1"] },
  env: {},
  startTimeoutSeconds: 120,
  hangSeconds: 90,
  maxCrashes: 3,
};

/** An engine as a watcher shows it to a run. The test is the watcher. */
export class FakeEngine implements ManagedEngine {
  address: EngineAddress = { url: "http://127.0.0.1:9", socketPath: null };
  apiKey: string | null = "key-4711";
  profile = testProfile;
  /** The settings that recovery has led to; null: those of its start. */
  recovered: Profile | null = null;
  version: string | null = null;
  servedModels: readonly string[] = ["tiny"];
  notReady: string | null = "its program starts";
  startProgress: StartProgress | null = { phase: "launching", done: null, total: null };
  failure: string | null = null;
  gpuNow: GpuNow | null = null;
  longestRequest: number | null = null;
  needed: number | null = null;
  onChange: (() => void) | null = null;
  /** All orders for it, of one run after the other. */
  readonly orders: EngineOrder[] = [];
  /** What the run has told, in its order. */
  readonly told: string[] = [];
  saved = 0;
  inHand = 0;
  released = 0;

  readonly start: StartEngine = (order) => {
    this.orders.push(order);
    return Promise.resolve(this);
  };

  get currentProfile(): Profile {
    return this.recovered ?? this.profile;
  }

  get order(): EngineOrder {
    const order = this.orders.at(-1);
    if (order === undefined) throw new Error("It was not ordered.");
    return order;
  }

  loads(progress: StartProgress, words: string): void {
    this.startProgress = progress;
    this.down(words);
  }

  down(why: string): void {
    this.notReady = why;
    this.onChange?.();
  }

  ready(address: EngineAddress = this.address): void {
    this.address = address;
    this.notReady = null;
    this.startProgress = null;
    this.onChange?.();
  }

  fails(reason: string): void {
    this.notReady ??= "it is given up";
    this.failure = reason;
    this.onChange?.();
  }

  needs(tokens: number): void {
    this.needed = tokens;
  }

  answersSaved(count: number): void {
    this.saved += count;
  }

  inFlight(count: number): void {
    this.inHand = count;
  }

  isolating(on: boolean): void {
    this.told.push(on ? "isolating" : "no longer isolating");
  }

  explained(): void {
    this.told.push("explained");
  }

  release(): Promise<void> {
    this.released += 1;
    return Promise.resolve();
  }
}
