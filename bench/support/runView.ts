import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { waitFor } from "../../scripts/waitFor.ts";
import { errorCodeOf, isObject, property } from "../../server/src/util/unknown.ts";

/** An event of the engine in `events.jsonl`. */
export interface SeenEvent {
  /** Unix time in milliseconds. */
  atMs: number;
  state: string;
  /** All that it says. */
  line: Readonly<Record<string, unknown>>;
}

/** uvicorn's line, the last of a start (vLLM 0.8 to 0.32). */
const READY_LINE = "Application startup complete.";
const EVERY_MS = 20;

/** A run that starts its engine by itself, seen from outside: by the files it writes and the log of its engine. */
export class RunView {
  readonly runFolder: string;
  readonly stateFolder: string;

  constructor(runFolder: string, stateFolder: string) {
    this.runFolder = runFolder;
    this.stateFolder = stateFolder;
  }

  /** The engine's events so far, the oldest first. */
  async events(): Promise<SeenEvent[]> {
    const text = await textOf(path.join(this.runFolder, "events.jsonl"));
    // The last one may be half written.
    const lines = text.split("\n").slice(0, -1);
    return lines.map((line): unknown => JSON.parse(line)).flatMap((line) => (isEngineEvent(line) ? [seen(line)] : []));
  }

  async eventsOf(state: string): Promise<SeenEvent[]> {
    return (await this.events()).filter((event) => event.state === state);
  }

  /** Waits for the event of this kind that has this index. */
  async event(state: string, index: number, timeoutMs: number): Promise<SeenEvent> {
    return await waitFor(`event ${state} ${index}`, async () => (await this.eventsOf(state))[index], {
      timeoutMs,
      everyMs: EVERY_MS,
    });
  }

  /** Answers on disk. */
  async answers(): Promise<number> {
    return (await textOf(this.#output)).split("\n").length - 1;
  }

  async waitForAnswers(count: number, timeoutMs: number): Promise<void> {
    await waitFor(`${count} answers`, async () => (await this.answers()) >= count, { timeoutMs, everyMs: 50 });
  }

  /** When the newest answer was written: Unix time in milliseconds. */
  async lastAnswerMs(): Promise<number> {
    return (await stat(this.#output)).mtimeMs;
  }

  async answeredBytes(): Promise<number> {
    return await sizeOf(this.#output);
  }

  /** Waits until more is answered than these bytes. Gives the time at which this was seen: Unix time in milliseconds. */
  async moreAnsweredMs(bytes: number, timeoutMs: number): Promise<number> {
    const isMore = async () => (await this.answeredBytes()) > bytes;
    await waitFor("an answer", isMore, { timeoutMs, everyMs: EVERY_MS });
    return Date.now();
  }

  /** How many starts have come to their end, by the engine's own log. */
  async startsInLog(): Promise<number> {
    return (await this.#engineLogs()).split(READY_LINE).length - 1;
  }

  /** Waits until the engine's log tells of so many starts. Gives the time at which this was seen: Unix time in milliseconds. */
  async startedInLogMs(count: number, timeoutMs: number): Promise<number> {
    const isStarted = async () => (await this.startsInLog()) >= count;
    await waitFor(`start ${count} of the engine`, isStarted, { timeoutMs, everyMs: EVERY_MS });
    return Date.now();
  }

  get #output(): string {
    return path.join(this.runFolder, "output.jsonl");
  }

  /** Of all engines that the state folder has seen. */
  async #engineLogs(): Promise<string> {
    const folder = path.join(this.stateFolder, "logs");
    const names = await readdir(folder).catch(absent<string[]>([]));
    return (await Promise.all(names.map((name) => textOf(path.join(folder, name))))).join("");
  }
}

function isEngineEvent(line: unknown): line is Readonly<Record<string, unknown>> {
  return isObject(line) && line["event"] === "engine";
}

function seen(line: Readonly<Record<string, unknown>>): SeenEvent {
  return { atMs: Date.parse(String(property(line, "at"))), state: String(property(line, "state")), line };
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, "utf8").catch(absent(""));
}

async function sizeOf(file: string): Promise<number> {
  return await stat(file).then(({ size }) => size, absent(0));
}

/** What is not there yet has nothing in it. */
function absent<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (errorCodeOf(error) === "ENOENT") return nothing;
    throw error;
  };
}
