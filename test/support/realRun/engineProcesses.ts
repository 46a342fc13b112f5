import { readdir, readFile } from "node:fs/promises";
import { processInfo } from "../../../scripts/engine/processes.ts";
import { waitFor } from "../../../scripts/waitFor.ts";
import { errorCodeOf } from "../../../server/src/util/unknown.ts";

/** What a process has of the machine. */
export interface Footprint {
  files: number;
  residentBytes: number;
}

/** Linux only: reads /proc. */
export async function footprint(pid: number): Promise<Footprint> {
  const [files, status] = await Promise.all([readdir(`/proc/${pid}/fd`), readFile(`/proc/${pid}/status`, "utf8")]);
  return { files: files.length, residentBytes: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024 };
}

/**
 * Keeps a process standing still, also when somebody has it go on (SIGCONT), until it is gone: it takes no other signal
 * than KILL. Resolves then.
 */
export async function holdStill(pid: number): Promise<void> {
  const identity = await processInfo(pid);
  const isGone = async () => {
    const now = await processInfo(pid);
    if (now === null || now.startTicks !== identity?.startTicks) return true;
    try {
      process.kill(pid, "SIGSTOP");
      return false;
    } catch (error) {
      // It has ended since we looked.
      if (errorCodeOf(error) === "ESRCH") return true;
      throw error;
    }
  };
  await waitFor(`process ${pid} to be gone`, isGone, { timeoutMs: 60_000, everyMs: 2 });
}
