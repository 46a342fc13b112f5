import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Holds a lock file by flock(2), in a small shell of its own: the kernel frees it however the holder ends, and
 * `flock FILE COMMAND` in a terminal takes part. The shell reads its standard input to the end, so when this process
 * dies, by whatever signal, it first kills the process group last named by `guard` and only then lets go.
 */
const holder = `exec 9>>"$1" || exit 3
flock 9 || exit 4
echo held
group=
while read -r line; do group=$line; done
[ -z "$group" ] || kill -s KILL -- "-$group"
exit 0`;

export interface HeldLock {
  /** The process group to kill if this process dies; null when there is none (any more). */
  guard(processGroup: number | null): void;
  release(): Promise<void>;
}

export interface LockOptions {
  /** How long to wait for others to let go. */
  timeoutMs: number;
  /** Called once when the lock is taken and the wait begins to be noticed. */
  onWait?: () => void;
}

/** Waits for the lock and takes it. Rejects when it is not free in time, or when the file cannot be opened. */
export async function takeLock(file: string, options: LockOptions): Promise<HeldLock> {
  // A session of its own: Ctrl-C in the terminal must reach us, not the one that tidies up after us.
  const shell = spawn("sh", ["-c", holder, "sh", file], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const exited = once(shell, "exit");
  // Seen through `exited`; without a listener a write to a shell that is gone would end this process.
  shell.stdin.on("error", () => undefined);
  let notice: NodeJS.Timeout | undefined;
  let limit: NodeJS.Timeout | undefined;
  const held = await Promise.race([
    once(createInterface({ input: shell.stdout }), "line").then(() => "held" as const),
    exited.then(() => "failed" as const),
    new Promise<"late">((resolve) => {
      notice = setTimeout(() => options.onWait?.(), Math.min(2_000, options.timeoutMs));
      limit = setTimeout(() => resolve("late"), options.timeoutMs);
    }),
  ]);
  clearTimeout(notice);
  clearTimeout(limit);
  if (held === "held") {
    return {
      guard: (group) => void shell.stdin.write(`${group ?? ""}\n`),
      release: async () => {
        shell.stdin.end();
        await exited;
      },
    };
  }
  shell.kill("SIGKILL");
  throw new Error(
    held === "late"
      ? `${file} was held by somebody else for ${Math.round(options.timeoutMs / 1000)} s. 'fuser -v ${file}' says by whom.`
      : `${file} could not be locked (exit code ${shell.exitCode}): it must be writable, and 'flock' on the PATH.`,
  );
}
