import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** Works in a folder that is kept, or in a new one that is removed afterwards. */
export async function inFolder<T>(kept: string | null, work: (folder: string) => Promise<T>): Promise<T> {
  if (kept !== null) return await work(kept);
  const folder = await mkdtemp(path.join(os.tmpdir(), "vllm-batch-calibrate-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
