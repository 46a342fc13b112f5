import type { Frame, LogLine } from "./types.ts";

/** An exception as it was printed: a traceback, or only its last line when the rest lies before the tail. */
export interface PrintedException {
  line: LogLine;
  lastLine: number;
  firstLine: number;
  type: string;
  message: string;
  frames: Frame[];
  chain: number;
  title: string;
}

interface Stream {
  title: string;
  open: Block | null;
  /** The next traceback was raised from the last one, or while it was handled. */
  isLinked: boolean;
  chain: number;
}

interface Block {
  /** What stands in front of its `Traceback`: all of it is moved in by that much. */
  indent: string;
  title: string;
  firstLine: number;
  frames: Frame[];
  exception: PrintedException | null;
  addedLines: number;
}

/** Version 0.8 writes it behind the title of the record: `EngineCore hit an exception: Traceback (…`. */
const traceback = /^(\s*|.{1,100}: )(?:[|+-] ?){0,3}(?:Exception Group )?Traceback \(most recent call last\):?/;
const link =
  /^\s*(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred)/;
const frame = /^\s*(?:\| )?File "([^"]+)", line \d+(?:, in (\S+))?/;
const anyClass = /^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:\([\w.]+\))?(?:: ?(.*))?$/s;
/** A few of Python's are written small. `self.model_runner: GPUModelRunner = …` is code that has lost its indent. */
const className = /(?:^|\.)(?:[A-Z]\w*|\w+(?:Error|Exception)|error|herror|gaierror|timeout)$/;
const errorClass =
  /^((?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Enabled|NotFound|Timeout|Exit)|(?:[A-Za-z_]\w*\.)+\w*(?:Error|Exception|OutOfResources|OutOfMemory))(?:\([\w.]+\))?(?:: (.*))?$/s;
const endsMessage = /^(?:Process \S+:$|Exception ignored |usage: |nvidia-smi|\[[\w.-]+\] |frame #\d|real\t)/;
const mostMessageLines = 40;

/** Puts tracebacks together again, each from the lines of its own process and record, however they are interleaved. */
export class ExceptionReader {
  readonly found: PrintedException[] = [];
  readonly #streams = new Map<string, Stream>();
  #chains = 0;

  /** Takes the next line. Returns false when it belongs to no traceback. */
  take(line: LogLine): boolean {
    const stream = this.#streamOf(line);
    const begins = traceback.exec(line.text);
    if (begins) {
      if (begins[1]?.trim()) stream.title = begins[1];
      return this.#open(stream, line);
    }
    if (link.test(line.text)) {
      stream.open = null;
      stream.isLinked = true;
      return true;
    }
    if (stream.open !== null) {
      if (stream.open.exception === null) return this.#readFrame(stream.open, stream, line);
      if (this.#addToMessage(stream.open, line)) return true;
      stream.open = null;
    }
    return this.#readOutside(stream, line);
  }

  #streamOf(line: LogLine): Stream {
    const owner = `${line.process ?? ""}|${String(line.pid ?? "")}|`;
    // A new record of a process ends what it printed without one.
    if (line.source !== null) this.#close(owner);
    const key = line.source === null ? owner : `${owner}${line.source}|${line.time ?? ""}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { title: "", open: null, isLinked: false, chain: 0 };
      this.#streams.set(key, stream);
    }
    return stream;
  }

  #close(key: string): void {
    const stream = this.#streams.get(key);
    if (stream?.open?.exception) stream.open = null;
  }

  #open(stream: Stream, line: LogLine): true {
    if (!stream.isLinked) stream.chain = ++this.#chains;
    stream.isLinked = false;
    const indent = /^\s*/.exec(line.text)?.[0] ?? "";
    stream.open = { indent, title: stream.title, firstLine: line.number, frames: [], exception: null, addedLines: 0 };
    return true;
  }

  #readFrame(block: Block, stream: Stream, line: LogLine): boolean {
    const found = frame.exec(line.text);
    if (found) {
      block.frames.push({ file: found[1] ?? "", name: found[2] ?? "", code: null });
      return true;
    }
    const last = block.frames.at(-1);
    if (last?.code === null && /^\s+[\w(]/.test(line.text)) last.code = line.text.trim();
    const text = line.text.startsWith(block.indent) ? line.text.slice(block.indent.length) : line.text;
    if (text === "" || /^\s/.test(text)) return true;
    const named = anyClass.exec(text);
    if (!named || !className.test(named[1] ?? "")) return false;
    this.#found(block, stream, line, named);
    return true;
  }

  #addToMessage(block: Block, line: LogLine): boolean {
    const { exception } = block;
    if (exception === null || block.addedLines >= mostMessageLines) return false;
    if (line.source === null && line.level !== null) return false;
    if (line.source === null && (endsMessage.test(line.text) || line.origin !== "engine")) return false;
    block.addedLines += 1;
    exception.message += `\n${line.text}`;
    if (line.text.trim() !== "") exception.lastLine = line.number;
    return true;
  }

  #readOutside(stream: Stream, line: LogLine): boolean {
    if (frame.test(line.text)) {
      this.#open(stream, line);
      return stream.open !== null && this.#readFrame(stream.open, stream, line);
    }
    const isOwn = line.level === "error" || (line.level === null && line.origin === "engine");
    const last = isOwn ? errorClass.exec(line.text) : null;
    if (last) {
      this.#open(stream, line);
      if (stream.open !== null) this.#found(stream.open, stream, line, last);
      return true;
    }
    if (line.text.trim() !== "" && !/^\s/.test(line.text)) stream.title = line.text;
    return false;
  }

  #found(block: Block, stream: Stream, line: LogLine, last: RegExpExecArray): void {
    const path = (last[1] ?? "").split(".");
    block.exception = {
      line,
      lastLine: line.number,
      firstLine: block.firstLine,
      type: path.at(-1) ?? "",
      message: last[2] ?? "",
      frames: block.frames,
      chain: stream.chain,
      title: block.title,
    };
    this.found.push(block.exception);
  }
}
