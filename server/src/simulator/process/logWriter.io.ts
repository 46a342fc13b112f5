import { formatLog } from "./logFormat.ts";
import type { LogEntry } from "./startupLog.ts";

/** How long lines of the access log are gathered before they are written together. */
const GATHER_MS = 50;

/** Writes vLLM's log: its own lines and the access log on stdout, uvicorn's other lines on stderr. */
export class LogWriter {
  #gathered = "";
  #timer: NodeJS.Timeout | undefined;

  log(entry: LogEntry): void {
    this.flush();
    const { source, level, place, message } = entry;
    process.stdout.write(`${formatLog(source, process.pid, level, new Date(), place, message)}\n`);
  }

  logAll(entries: readonly LogEntry[]): void {
    for (const entry of entries) this.log(entry);
  }

  /** uvicorn's own lines have no prefix. */
  uvicorn(message: string): void {
    this.flush();
    process.stderr.write(`INFO:     ${message}\n`);
  }

  access(line: string): void {
    this.#gathered += `${line}\n`;
    this.#timer ??= setTimeout(() => this.flush(), GATHER_MS).unref();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered === "") return;
    process.stdout.write(this.#gathered);
    this.#gathered = "";
  }
}
