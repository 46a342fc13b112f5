import type { Profile } from "../../protocol/engine.ts";
import type { Manifest } from "../../protocol/records.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { ManagedEngine } from "../managedEngine.ts";
import { recordProfile } from "../recordedProfile.ts";
import type { RequestLengths } from "../requestLengths.ts";
import { tooLongWords } from "../tooLongWords.ts";
import type { EngineClient } from "./engineClient.io.ts";
import type { EngineDiary } from "./engineDiary.io.ts";
import type { EventLog } from "./events.io.ts";
import type { Sender } from "./send.io.ts";

export interface FollowedRun {
  manifest: Manifest;
  /** null: the file was not checked in this session. */
  lengths: RequestLengths | null;
  client: EngineClient;
  sender: Sender;
  dispatcher: Dispatcher;
  events: EventLog;
  notify: (text: string) => void;
  /** The manifest holds what no other file tells: who comes after a kill should know it. */
  manifestDue: () => void;
}

/**
 * Keeps a run up with an engine that somebody else starts, watches and changes: where it is, what it takes, and with
 * which settings it answers.
 */
export class EngineFollower {
  readonly #engine: ManagedEngine;
  readonly #run: FollowedRun;
  /** The longest request that the engine takes, as far as it was told. */
  #limitTold: number | null = null;
  /** The settings that stand in the manifest. */
  #recorded: Profile;

  constructor({ engine, diary }: { engine: ManagedEngine; diary: EngineDiary }, run: FollowedRun) {
    this.#engine = engine;
    this.#run = run;
    this.#recorded = engine.profile;
    diary.writeEventsTo(run.events.add);
    engine.onChange = () => this.#changed();
    this.#changed();
  }

  /** So many more answers are on disk, which only an engine gives that works. */
  saved(completed: number): void {
    this.#engine.answersSaved(completed);
    if (completed > 0) this.#recordSettings();
  }

  #changed(): void {
    const { address, version } = this.#engine;
    const { manifest, client, sender, dispatcher } = this.#run;
    client.moveTo(address);
    sender.moveTo(address);
    if (manifest.engine.version !== version) this.#run.manifestDue();
    Object.assign(manifest.engine, { url: address.url, version });
    this.#tellTooLong();
    dispatcher.engineChanged();
  }

  /** Once for each length that the engine has: before it is up by its settings, then as it says itself. */
  #tellTooLong(): void {
    const { longestRequest: limit } = this.#engine;
    const { manifest, lengths, notify, events } = this.#run;
    const { longest } = manifest.input;
    if (limit === null || limit === this.#limitTold || longest === undefined) return;
    this.#limitTold = limit;
    const count = lengths?.longerThan(limit) ?? null;
    const words = tooLongWords(limit, longest, count, manifest.counts.total);
    if (words === null) return;
    notify(words);
    events.add("engine", { state: "shortContext", limit, longest, count });
  }

  /** A resume goes on with the settings that have answered, and not with those that had to be changed. */
  #recordSettings(): void {
    const { managed } = this.#run.manifest.engine;
    const { notReady, currentProfile } = this.#engine;
    if (managed === undefined || notReady !== null || currentProfile === this.#recorded) return;
    this.#recorded = currentProfile;
    managed.settings = recordProfile(currentProfile);
    this.#run.manifestDue();
  }
}
