import { makeAddress } from "../../engine/launch/places.io.ts";
import { Supervisor } from "../../engine/managed/io/supervisor.io.ts";
import { applyChange } from "../../engine/profile/changeProfile.ts";
import { StartLog } from "../../engine/start/startLog.ts";
import { failedTry, type TriedContext } from "../../engine/tune/triedContext.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { systemClock } from "../../util/systemClock.ts";
import { messageOf } from "../../util/unknown.ts";
import { CliError } from "../verb.ts";
import { endEngine } from "./endEngine.ts";
import { loadContext } from "./tuneLoad.ts";
import { oneStart, type TuneDesk } from "./tuneOrder.ts";
import { untilSettled } from "./untilSettled.ts";

/**
 * Starts an engine once with this context (null: the model's own), fills it, hands on what came of it, and ends it.
 * Returns whether it came so far; false: it was interrupted. Throws CliError when it cannot be started or ended at all.
 */
export async function tryContext(
  length: number | null,
  desk: TuneDesk,
  onTried: (tried: TriedContext) => void,
): Promise<boolean> {
  const { prepared, stateFolder, cli, signal, onProgress } = desk;
  const profile = applyChange(prepared.profile, { flags: { "max-model-len": length } });
  const address = await makeAddress(prepared.useSocket, stateFolder, cli.env);
  const log = new StartLog();
  const startedMs = systemClock.now();
  const supervisor = new Supervisor(await oneStart(profile, address, desk, (line) => log.read(line)), address);
  try {
    await supervisor.launched.catch((error: unknown) => {
      throw new CliError(messageOf(error), ExitCode.engineFailed);
    });
    await untilSettled(supervisor, signal, () => {
      if (supervisor.notReady !== null) onProgress(supervisor.notReady);
      return supervisor.notReady === null;
    });
    if (signal.aborted) return false;
    const startSeconds = (systemClock.now() - startedMs) / 1000;
    const { diagnosis, capacity, failure } = supervisor;
    const asked = length ?? log.capacity.maxModelLen;
    const tried =
      capacity === null
        ? failedTry(failure ?? "", diagnosis, { length: asked, wasReady: false }, startSeconds)
        : await loadContext(supervisor, { capacity, asked, startSeconds }, desk);
    if (tried !== null) onTried(tried);
    return tried !== null;
  } finally {
    await endEngine(() => supervisor.stop());
  }
}
