import type { Clock } from "../../util/clock.ts";
import { startChildLines, type ChildEnd } from "./childLines.io.ts";

export interface OutputOptions {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  deadlineMs: number;
  /** More than so many characters in all, and the program is ended. */
  mostCharacters: number;
}

export interface Output {
  lines: string[];
  /** null: it had to be ended, for want of time or because it said too much. */
  end: ChildEnd | null;
}

/**
 * Runs a program that tells something and ends. Never rejects, and never takes longer than the deadline, also when the
 * program cannot even be killed (a driver that hangs holds it in the kernel).
 */
export async function outputLines(options: OutputOptions): Promise<Output> {
  const { clock, deadlineMs, mostCharacters } = options;
  const { promise, resolve } = Promise.withResolvers<Output>();
  const lines: string[] = [];
  let characters = 0;
  let over = false;
  const giveUp = (): void => {
    over = true;
    child.kill();
    resolve({ lines, end: null });
  };
  const child = startChildLines({
    ...options,
    onLine: (line) => {
      if (over) return;
      lines.push(line);
      characters += line.length;
      if (characters > mostCharacters) giveUp();
    },
  });
  const cancel = clock.after(deadlineMs, giveUp);
  void child.ended.then((end) => resolve({ lines, end }));
  const output = await promise;
  cancel();
  return output;
}
