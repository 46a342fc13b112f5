import { setTimeout as delay } from "node:timers/promises";
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import type { Cli } from "../engineRoom/cli.ts";

/** A window that was closed or loaded anew gives its runs three seconds to end, and is not waited for by the next. */
const LOOKS = 6;
const LOOK_EVERY_MS = 1_000;

/** Whether a process, such as one of another window, works on a run and goes on with it. */
export async function isWorkedOn(
  cli: Pick<Cli, "run">,
  folder: string,
  pause: () => Promise<unknown> = () => delay(LOOK_EVERY_MS),
): Promise<boolean> {
  for (let looks = 1; ; looks += 1) {
    const { stdout } = await cli.run({ args: ["status", folder, "--json"] });
    if (!saysRunning(stdout)) return false;
    if (looks === LOOKS) return true;
    await pause();
  }
}

/** Of an answer that cannot be read, false: to go on with a run is refused while another process does. */
function saysRunning(json: string): boolean {
  return property(parseJson(json), "running") === true;
}
