import { spawn, type ChildProcess } from "node:child_process";
import { LineSplitter } from "../../util/lineSplitter.ts";

/** Of a longer line only an empty one is handed on. */
const MOST_LINE_BYTES = 1024 * 1024;

/** How long output that nobody ends may hold up the news that its program did. */
const OUTPUT_GRACE_MS = 500;

export interface ChildEnd {
  code: number | null;
  signal: string | null;
}

export interface ChildLines {
  readonly pid: number | null;
  /** When it is gone and its output is read. Never rejects; a program that cannot be started has ended with nulls. */
  readonly ended: Promise<ChildEnd>;
  /** Kills this one process, and reads no more of it. Harmless when it has ended. */
  kill(): void;
}

export interface ChildOptions {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Whole lines of both streams, without line ends. What was cut off by its end comes as `unfinished`. */
  onLine: (line: string, unfinished: boolean) => void;
}

/**
 * Starts a program that only tells something, and hands on its lines. It ends with us: we kill it when we leave in
 * order, and when we do not, its next line meets a closed pipe. Plain spawn, because the end of the process and the end
 * of its output are told apart here, and a process that cannot be killed must not keep us alive.
 */
export function startChildLines({ command, args, env, onLine }: ChildOptions): ChildLines {
  const child = spawn(command, [...args], { stdio: ["ignore", "pipe", "pipe"], env: { ...env }, windowsHide: true });
  const kill = (): void => {
    child.kill("SIGKILL");
    child.unref();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  process.once("exit", kill);
  const { promise: ended, resolve } = Promise.withResolvers<ChildEnd>();
  child.once("error", () => resolve({ code: null, signal: null }));
  child.once("close", (code, signal) => resolve({ code, signal }));
  child.once("exit", () => endOutputSoon(child));
  for (const stream of [child.stdout, child.stderr]) {
    const splitter = new LineSplitter(MOST_LINE_BYTES);
    const hand = (line: { bytes: Buffer; terminated: boolean }): void =>
      onLine(line.bytes.toString("utf8").replace(/\r$/, ""), !line.terminated);
    stream.on("data", (chunk: Buffer) => splitter.push(chunk, hand));
    stream.on("end", () => splitter.end(hand));
    // What breaks the stream is that its program is gone, which `ended` tells.
    stream.on("error", () => undefined);
  }
  void ended.then(() => process.off("exit", kill));
  return { pid: child.pid ?? null, ended, kill };
}

/** A process of its own that it left behind may hold the pipes open, and with them the news that it has ended. */
function endOutputSoon(child: ChildProcess): void {
  const cut = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, OUTPUT_GRACE_MS);
  child.once("close", () => clearTimeout(cut));
}
