import type { OpenFile } from "../openFile.ts";

/** A file is read in slices of this length, so that the server can answer between them. */
const SLICE_MS = 25;
/** Looking at the clock for each of a hundred thousand lines would take longer than reading some of them. */
const LINES_PER_LOOK = 32;

export interface FileReaderHooks {
  /** Whether a file is still of interest: open, and not opened anew since. */
  isCurrent: (file: OpenFile) => boolean;
  /** After each slice, and once when all is read. */
  onSlice: (file: OpenFile) => void;
  onRead: (file: OpenFile) => void;
}

/** Reads files that were opened or changed, a slice at a time, and tells when one is read. */
export class FileReader {
  readonly #hooks: FileReaderHooks;
  /** Files that are being read, each with those who wait for the end of it. */
  readonly #waiting = new Map<OpenFile, (() => void)[]>();

  constructor(hooks: FileReaderHooks) {
    this.#hooks = hooks;
  }

  /** The first slice is read at once: after an edit, that is all there is. */
  read(file: OpenFile): void {
    if (this.#waiting.has(file)) return;
    this.#waiting.set(file, []);
    this.#readSlice(file);
  }

  /** Resolves when there is nothing left to be read of a file, or nobody wants it any more. */
  whenRead(file: OpenFile): Promise<void> {
    const waiting = this.#waiting.get(file);
    return waiting === undefined ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve));
  }

  #readSlice(file: OpenFile): void {
    const document = this.#hooks.isCurrent(file) ? file.checked?.document : undefined;
    const endMs = performance.now() + SLICE_MS;
    let lines = 0;
    document?.readOn(() => ++lines % LINES_PER_LOOK !== 0 || performance.now() < endMs);
    if (document?.isRead === false) {
      this.#hooks.onSlice(file);
      setImmediate(() => this.#readSlice(file));
      return;
    }
    const waiting = this.#waiting.get(file) ?? [];
    this.#waiting.delete(file);
    if (this.#hooks.isCurrent(file)) this.#hooks.onRead(file);
    for (const resume of waiting) resume();
  }
}
