import type { OpenFile } from "../openFile.ts";

/** A file is read in slices of this length, so that the server can answer between them. */
const SLICE_MS = 25;
/** Looking at the clock for each of a hundred thousand lines would take longer than reading some of them. */
const LINES_PER_LOOK = 32;
/** Who opens a large file sees what was found so far after this; the rest comes when all is read. */
const FIRST_LOOK_MS = 100;

export interface FileReaderHooks {
  /** Whether a file is still of interest: open, and not opened anew since. */
  isCurrent: (file: OpenFile) => boolean;
  /** After each slice, and once when all is read. */
  onSlice: (file: OpenFile) => void;
  /** Once, in the midst of a file that takes long. */
  onFirstLook: (file: OpenFile) => void;
  onRead: (file: OpenFile) => void;
}

/** A file that is being read, with those who wait for the first look at it and for its end. */
interface Reading {
  readonly startedMs: number;
  hadFirstLook: boolean;
  waitingForLook: (() => void)[];
  readonly waitingForEnd: (() => void)[];
}

/** Reads files that were opened or changed, a slice at a time, and tells when one is read. */
export class FileReader {
  readonly #hooks: FileReaderHooks;
  readonly #readings = new Map<OpenFile, Reading>();

  constructor(hooks: FileReaderHooks) {
    this.#hooks = hooks;
  }

  /** The first slice is read at once: after an edit, that is all there is. */
  read(file: OpenFile): void {
    if (this.#readings.has(file)) return;
    const startedMs = performance.now();
    const reading = { startedMs, hadFirstLook: false, waitingForLook: [], waitingForEnd: [] };
    this.#readings.set(file, reading);
    this.#readSlice(file, reading);
  }

  /** Resolves when there is nothing left to be read of a file, or nobody wants it any more. */
  whenRead(file: OpenFile): Promise<void> {
    const reading = this.#readings.get(file);
    return reading === undefined ? Promise.resolve() : new Promise((resolve) => reading.waitingForEnd.push(resolve));
  }

  /** Resolves when there is something to be said of a file: when it is read, or after the first look at a large one. */
  whenLookedAt(file: OpenFile): Promise<void> {
    const reading = this.#readings.get(file);
    if (reading === undefined || reading.hadFirstLook) return Promise.resolve();
    return new Promise((resolve) => reading.waitingForLook.push(resolve));
  }

  #readSlice(file: OpenFile, reading: Reading): void {
    const document = this.#hooks.isCurrent(file) ? file.checked?.document : undefined;
    const endMs = performance.now() + SLICE_MS;
    let lines = 0;
    document?.readOn(() => ++lines % LINES_PER_LOOK !== 0 || performance.now() < endMs);
    if (document?.isRead === false) {
      this.#hooks.onSlice(file);
      if (performance.now() >= reading.startedMs + FIRST_LOOK_MS) this.#lookAt(file, reading);
      setImmediate(() => this.#readSlice(file, reading));
      return;
    }
    this.#readings.delete(file);
    if (this.#hooks.isCurrent(file)) this.#hooks.onRead(file);
    for (const resume of [...reading.waitingForLook, ...reading.waitingForEnd]) resume();
  }

  #lookAt(file: OpenFile, reading: Reading): void {
    if (reading.hadFirstLook) return;
    reading.hadFirstLook = true;
    this.#hooks.onFirstLook(file);
    for (const resume of reading.waitingForLook) resume();
    reading.waitingForLook = [];
  }
}
