import { randomBytes } from "node:crypto";
import { onTestFinished, vi } from "vitest";
import { readProcesses, startedWith } from "../../../server/src/engine/process/io/processTable.io.ts";

const NAME = "VB_TEST_MARK";

/**
 * From now until the end of the test, whatever is started inherits a mark, children of children too, whatever session
 * they move to. Gives how to find those that live; who is left at the end of the test is killed.
 */
export function markProcesses(): () => Promise<number[]> {
  const mark = randomBytes(8).toString("hex");
  vi.stubEnv(NAME, mark);
  const marked = async () => {
    const pids = (await readProcesses()).map(({ pid }) => pid);
    return [...(await startedWith(pids, `${NAME}=${mark}`))];
  };
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    for (const pid of await marked()) process.kill(pid, "SIGKILL");
  });
  return marked;
}
