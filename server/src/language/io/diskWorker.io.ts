/** The thread that works on a file on disk, so that typing in another file never waits for it. */
import { constants, copyFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { judgeFile } from "../../batch/io/checkFile.io.ts";
import { fixFile, previewFix } from "../../batch/io/fixFile.io.ts";
import { messageOf } from "../../util/unknown.ts";
import type { DiskAnswer, DiskTask } from "../diskTask.ts";
import { WorstProblems } from "../worstProblems.ts";

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
  try {
    tell(await perform(task, onProgress));
  } catch (error) {
    tell({ kind: "failed", message: messageOf(error) });
  }
}

async function perform(task: DiskTask, onProgress: (bytes: number, sizeBytes: number) => void): Promise<DiskAnswer> {
  const { path, target, userModels } = task;
  switch (task.kind) {
    case "check": {
      const worst = new WorstProblems(task.maxProblems, new Set(task.ignored));
      const summary = await judgeFile(path, {
        target,
        userModels,
        onProgress,
        wantsProblem: (head) => worst.wants(head),
        onProblem: (problem) => worst.add(problem),
      });
      return { kind: "checked", check: { summary, problems: worst.listed() } };
    }
    case "preview":
      return { kind: "mended", mended: await previewFix(path, { target, userModels, suggested: false, onProgress }) };
    case "fix":
      await copyFile(path, task.backup, constants.COPYFILE_EXCL);
      return {
        kind: "mended",
        mended: await fixFile(path, path, { target, userModels, suggested: false, onProgress }),
      };
  }
}
