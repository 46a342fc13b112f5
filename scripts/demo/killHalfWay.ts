import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ResultPromise } from "execa";

/**
 * Waits until the run folder holds `enough` answers and ends the runner by SIGKILL, as the OOM killer would. Returns
 * the number of whole lines then on disk. Throws when the runner ends before that.
 */
export async function killHalfWay(running: ResultPromise, runFolder: string, enough: number): Promise<number> {
  while ((await countAnswers(runFolder)) < enough) {
    if (running.exitCode !== null || running.signalCode !== null) {
      throw new Error("the run ended before half of its answers were there");
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  running.kill("SIGKILL");
  await running;
  return await countAnswers(runFolder);
}

async function countAnswers(runFolder: string): Promise<number> {
  const text = await readFile(path.join(runFolder, "output.jsonl"), "utf8").catch(() => "");
  return text.split("\n").length - 1;
}
