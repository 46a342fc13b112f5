import type { LogOutputChannel } from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";

/** For work that what comes after it must not depend on: when it fails, that is logged, and `otherwise` is its result. */
export async function orLogged<T>(
  log: Pick<LogOutputChannel, "warn">,
  what: string,
  otherwise: T,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    log.warn(`${what}: ${messageOf(error)}`);
    return otherwise;
  }
}
