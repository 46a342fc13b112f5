import { readFile } from "node:fs/promises";

export interface MemorySample {
  /** Since the first sample. */
  seconds: number;
  residentBytes: number;
}

export interface MemoryWatch {
  samples: readonly MemorySample[];
  /** The most the kernel has seen, also between two samples. */
  peakBytes: number;
}

/** Looks at the memory of a process every `everyMs` until it is gone. Linux only: reads /proc. */
export async function watchMemory(pid: number, everyMs = 100): Promise<MemoryWatch> {
  const samples: MemorySample[] = [];
  const startedMs = performance.now();
  let peakBytes = 0;
  for (;;) {
    const status = await statusOf(pid);
    const resident = status === null ? null : kibibytes(status, "VmRSS");
    // A process that has ended but was not yet waited for has a status without memory.
    if (status === null || resident === null) return { samples, peakBytes };
    samples.push({ seconds: (performance.now() - startedMs) / 1000, residentBytes: resident * 1024 });
    peakBytes = (kibibytes(status, "VmHWM") ?? 0) * 1024;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/**
 * How memory went over the run: the highest of the last quarter of the time against the highest of the second. About 1
 * when it is flat; the first quarter is left out, as that is the start.
 */
export function memoryGrowth(samples: readonly MemorySample[]): number {
  const end = samples.at(-1)?.seconds ?? 0;
  const highest = (from: number, to: number) =>
    Math.max(
      ...samples.filter(({ seconds }) => seconds >= from * end && seconds <= to * end).map((one) => one.residentBytes),
    );
  return highest(0.75, 1) / highest(0.25, 0.5);
}

async function statusOf(pid: number): Promise<string | null> {
  return readFile(`/proc/${pid}/status`, "utf8").catch(() => null);
}

function kibibytes(status: string, field: string): number | null {
  const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status);
  return match === null ? null : Number(match[1]);
}
