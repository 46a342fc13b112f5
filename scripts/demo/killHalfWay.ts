import { readFile } from "node:fs/promises";
import path from "node:path";

/** The part of a child process that this needs. */
export interface Killable {
  kill(signal: "SIGKILL"): boolean;
}

/**
 * Waits until the run folder holds `enough` answers and ends the runner by SIGKILL, as the OOM killer would. Returns
 * the number of whole lines then on disk. Throws when the runner ends before that.
 */
export async function killHalfWay(
  running: Killable & PromiseLike<unknown>,
  runFolder: string,
  enough: number,
): Promise<number> {
  const state = { ended: false };
  const ended = Promise.resolve(running).then(() => {
    state.ended = true;
  });
  while ((await countAnswers(runFolder)) < enough) {
    if (state.ended) throw new Error("the run ended before half of its answers were there");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  running.kill("SIGKILL");
  await ended;
  return await countAnswers(runFolder);
}

async function countAnswers(runFolder: string): Promise<number> {
  const text = await readFile(path.join(runFolder, "output.jsonl"), "utf8").catch(() => "");
  return text.split("\n").length - 1;
}
