import type { Clock } from "../../util/clock.ts";
import { systemClock } from "../../util/systemClock.ts";
import { tellingKernelLines } from "../kernelLines.ts";
import { findProgram } from "./findProgram.io.ts";
import { outputLines } from "./outputLines.io.ts";

export interface ReadKernelOptions {
  /** Its PATH is where journalctl and dmesg are looked for. */
  env: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
  /** For each of the two. */
  deadlineMs?: number;
}

const MOST_CHARACTERS = 4_000_000;

/**
 * Lines of the kernel's log since a moment that tell of the OOM killer or of a fault of a GPU (Xid), oldest first. Empty
 * where there are none, and where this user may not read the log; never rejects.
 */
export async function readKernelLines(since: Date, options: ReadKernelOptions): Promise<string[]> {
  const { env, clock = systemClock, deadlineMs = 3_000 } = options;
  const journal = ["-k", "-q", "--no-pager", "--output=short-iso", `--since=@${Math.floor(since.getTime() / 1000)}`];
  const read = async (program: string, args: readonly string[]): Promise<string[]> => {
    const command = await findProgram(program, env);
    if (command === null) return [];
    const { lines } = await outputLines({ command, args, env, clock, deadlineMs, mostCharacters: MOST_CHARACTERS });
    return tellingKernelLines(lines, since);
  };
  const fromJournal = await read("journalctl", [...journal, "--lines=5000"]);
  // No journal is kept in most containers; the kernel's own buffer may still be readable.
  return fromJournal.length > 0 ? fromJournal : await read("dmesg", ["--time-format", "iso"]);
}
