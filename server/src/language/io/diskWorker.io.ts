/** The thread that works on a file on disk, so that typing in another file never waits for it. */
import { parentPort, workerData } from "node:worker_threads";
import { judgeFile } from "../../batch/io/checkFile.io.ts";
import { previewFix } from "../../batch/io/fixFile.io.ts";
import { messageOf } from "../../util/unknown.ts";
import type { DiskAnswer, DiskTask } from "../diskTask.ts";
import { WorstProblems } from "../worstProblems.ts";
import { mendOnDisk } from "./mendOnDisk.io.ts";

/** A bar cannot show less. */
const SHOWN_STEP = 0.01;

/** To be called in the thread: does what it was started for, and answers by messages. */
export async function runDiskTask(): Promise<void> {
  // Our own other half started us: see DiskTasks.
  const task = workerData as DiskTask;
  const tell = (answer: DiskAnswer) => parentPort?.postMessage(answer);
  let told = 0;
  const onProgress = (bytes: number, sizeBytes: number) => {
    const share = sizeBytes === 0 ? 1 : bytes / sizeBytes;
    if (share - told < SHOWN_STEP) return;
    told = share;
    tell({ kind: "progress", share });
  };
  const stopped = new AbortController();
  // The only message there is: see DiskTasks. Listening for it must not keep the thread alive.
  parentPort?.once("message", () => stopped.abort());
  parentPort?.unref();
  try {
    tell(await perform(task, { onProgress, signal: stopped.signal }));
  } catch (error) {
    tell({ kind: "failed", message: messageOf(error) });
  }
}

interface TaskHooks {
  onProgress: (bytes: number, sizeBytes: number) => void;
  signal: AbortSignal;
}

async function perform(task: DiskTask, hooks: TaskHooks): Promise<DiskAnswer> {
  const { path, target, userModels } = task;
  const options = { target, userModels, ignored: new Set(task.ignored), ...hooks };
  switch (task.kind) {
    case "check": {
      const worst = new WorstProblems(task.maxProblems);
      const summary = await judgeFile(path, {
        ...options,
        wantsProblem: (head) => worst.wants(head),
        onProblem: (problem) => worst.add(problem),
      });
      return { kind: "checked", check: { summary, problems: worst.listed() } };
    }
    case "preview":
      return { kind: "mended", mended: await previewFix(path, { ...options, suggested: false }) };
    case "fix":
      return { kind: "mended", mended: await mendOnDisk(path, task.backup, { ...options, suggested: false }) };
  }
}
