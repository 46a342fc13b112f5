import { EventEmitter } from "node:events";
import { readdir } from "node:fs/promises";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What this process holds now. What does not go down again between two of these is a leak. */
export interface Footprint {
  descriptors: number;
  /** Timers, sockets, pipes and child processes that Node keeps for us, by kind. */
  resources: Record<string, number>;
  /** Of the process itself: signals, its exit, warnings. */
  listeners: number;
  /** Agents, sockets, child processes and the like that something still refers to. */
  emitters: number;
  /** AbortSignals that something still refers to. */
  signals: number;
  /** Objects, and the buffers beside them. */
  memoryMiB: number;
}

/** Linux only: descriptors are counted in /proc. */
export async function footprint(): Promise<Footprint> {
  // Before the collection, which closes file handles that were forgotten.
  const descriptors = (await readdir("/proc/self/fd")).length;
  await settle();
  const resources = countsOf(process.getActiveResourcesInfo());
  const { heapUsed, external } = process.memoryUsage();
  return {
    descriptors,
    resources,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
    emitters: queryObjects(EventEmitter, { format: "count" }),
    signals: queryObjects(AbortSignal, { format: "count" }),
    memoryMiB: (heapUsed + external) / 2 ** 20,
  };
}

/** What is closed is let go in the next turns of the loop; what is let go needs a collection or two. */
async function settle(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function footprintText({ resources, memoryMiB, ...counts }: Footprint): string {
  const counted = Object.entries({ ...counts, ...resources }).map(([what, count]) => `${count} ${what}`);
  return `${counted.join(", ")}, ${memoryMiB.toFixed(2)} MiB`;
}
