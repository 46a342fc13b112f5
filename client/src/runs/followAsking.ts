import type { LogOutputChannel } from "vscode";
import type { ConsentRequest } from "../../../server/src/protocol/engine.ts";
import type { RunEnd } from "./batchRun.ts";
import type { Runs, RunStart } from "./runs.ts";

/**
 * Sees a session of a run through. Where the program wants something confirmed before it starts an engine, the person is
 * asked, and it is told just what they have seen: when that has changed meanwhile, it refuses, and they are asked anew.
 * undefined when they do not want it; then nothing was started.
 */
export async function followAsking(
  runs: Pick<Runs, "follow">,
  start: RunStart,
  ask: (request: ConsentRequest) => Promise<boolean>,
  log: Pick<LogOutputChannel, "info">,
): Promise<RunEnd | undefined> {
  let end = await runs.follow(start);
  while (end.consent !== null) {
    const { path, hash } = end.consent;
    if (!(await ask(end.consent))) {
      log.info(`Not confirmed, so nothing was started: ${path}`);
      return undefined;
    }
    log.info(`Confirmed: ${path}`);
    end = await runs.follow({ ...start, args: [...start.args, "--consent", hash] });
  }
  return end;
}
