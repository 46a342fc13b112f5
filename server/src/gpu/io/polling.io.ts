import { Repeater } from "../../util/repeater.ts";
import type { SourceOptions, Stoppable } from "./nvidiaStream.io.ts";
import { askTool } from "./tools.io.ts";

/** rocm-smi is a Python program: to start it costs a tenth of a second of processor time and more. */
const SHORTEST_INTERVAL_MS = 5_000;

/** A tool that answers once and ends, asked again and again, never twice at once. */
export function startPolling({ found, world, intervalMs, deadlineMs, report }: SourceOptions): Stoppable {
  let asking: Promise<void> = Promise.resolve();
  const ask = async (): Promise<void> => report(await askTool(found, world, deadlineMs));
  const repeater = new Repeater(world.clock, (error) => {
    throw error;
  });
  const again = async (): Promise<void> => {
    asking = ask();
    await asking;
  };
  repeater.every(() => Math.max(SHORTEST_INTERVAL_MS, intervalMs), again);
  asking = ask();
  return {
    stop: async () => {
      repeater.stop();
      await asking;
    },
  };
}
