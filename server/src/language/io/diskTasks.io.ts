import { Worker } from "node:worker_threads";
import type { DiskAnswer, DiskTask } from "../diskTask.ts";

/** The name of our threads, by which the program knows what it was started for. */
export const DISK_THREAD = "vllm-batch-disk";

/** Starts a thread for each piece of work on a file on disk. */
export class DiskTasks {
  readonly #programPath: string;
  readonly #running = new Set<Worker>();

  /** @param programPath the program itself, which runs runDiskTask when it finds itself in a thread of that name */
  constructor(programPath: string) {
    this.#programPath = programPath;
  }

  /**
   * Resolves to the last answer, which is never "progress". Rejects when the thread ends without one, and with the
   * signal's reason once the thread has cleared up behind it.
   */
  run(
    task: DiskTask,
    onProgress: (share: number) => void,
    signal?: AbortSignal,
  ): Promise<Exclude<DiskAnswer, { kind: "progress" }>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const worker = new Worker(this.#programPath, { name: DISK_THREAD, workerData: task });
      this.#running.add(worker);
      const stop = () => {
        tellToStop(worker);
      };
      signal?.addEventListener("abort", stop, { once: true });
      worker.on("message", (answer: DiskAnswer) => {
        if (answer.kind === "progress") onProgress(answer.share);
        else if (answer.kind !== "failed" || signal?.aborted !== true) resolve(answer);
      });
      worker.on("error", reject);
      worker.on("exit", () => {
        this.#running.delete(worker);
        signal?.removeEventListener("abort", stop);
        // Comes last: after an answer this changes nothing any more.
        reject(signal?.aborted === true ? (signal.reason as Error) : new Error("The thread ended without an answer."));
      });
    });
  }

  /** Ends all work that is under way. */
  async close(): Promise<void> {
    await Promise.all(
      [...this.#running].map((worker) => {
        tellToStop(worker);
        return new Promise((resolve) => worker.once("exit", resolve));
      }),
    );
  }
}

/** A thread that is ended from outside would leave behind what it has written so far. */
function tellToStop(worker: Worker): void {
  worker.postMessage("stop");
}
