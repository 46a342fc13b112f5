import type { EngineEvent } from "../../protocol/engine.ts";
import type { EventSink } from "../ports.ts";
import { EngineLog } from "./engineLog.io.ts";

/**
 * What is kept in the run folder of an engine that was started for the run: its lines in `engine.log`, its events among
 * the run's own. It begins before the run does, which only one at a time may write events.
 */
export class EngineDiary {
  readonly onLine: (line: string) => void;
  readonly #log: EngineLog;
  #waiting: EngineEvent[] = [];
  #events: EventSink | null = null;

  constructor(folder: string) {
    this.#log = new EngineLog(folder);
    this.onLine = this.#log.add;
  }

  readonly onEvent = (event: EngineEvent): void => {
    if (this.#events === null) this.#waiting.push(event);
    else write(event, this.#events);
  };

  /** From now on events go there, with those that have waited. */
  writeEventsTo(events: EventSink): void {
    this.#events = events;
    for (const event of this.#waiting) write(event, events);
    this.#waiting = [];
  }

  close(): void {
    this.#log.close();
  }
}

function write({ event, ...details }: EngineEvent, events: EventSink): void {
  events("engine", { ...details, state: event });
}
