import type { BatchRun } from "./batchRun.ts";

/** Whether a run can be asked to finish what is in flight. Windows has no such signal: a process can only be ended. Pure. */
export function mayDrain({ isStopping }: Pick<BatchRun, "isStopping">, platform: NodeJS.Platform): boolean {
  return !isStopping && platform !== "win32";
}
