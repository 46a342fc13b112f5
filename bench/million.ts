import path from "node:path";
import { type Bench, result } from "./bench.ts";
import { memoryGrowth } from "./support/memory.ts";
import { smallRequest, writeRequestFile } from "./support/requestFile.ts";
import { runProduct } from "./support/runProduct.ts";
import { startSimulator } from "./support/simulator.ts";
import { withFolder } from "./support/withFolder.ts";

/** Memory of a run that is larger than memory should be. */
export function million(scale: number): Bench {
  const requests = Math.round(1_000_000 * scale);
  return {
    name: "million",
    about: `A run of ${requests} small requests, 256 in flight, on a no-latency simulator: the memory of the runner.`,
    async run(log) {
      const simulator = await startSimulator(["--sim-instant"]);
      try {
        return await withFolder(async (folder) => {
          const file = path.join(folder, "input.jsonl");
          await writeRequestFile(file, requests, smallRequest);
          const args = [file, "--endpoint", simulator.url, "--in-flight", "256"];
          const run = await runProduct(folder, args);
          if (run.completed !== requests) throw new Error(`Only ${run.completed} of ${requests} were completed.`);
          log(curve(run.memory.samples));
          const peak = run.memory.peakBytes / 1e6;
          const detail = `the kernel's own peak (VmHWM); ${Math.round(requests / run.wallSeconds)} requests/s from start to end, ${Math.round(run.wallSeconds)} s`;
          const flat = `highest of the last quarter of the time against highest of the second; ${curve(run.memory.samples)}`;
          return [
            result("Peak memory", peak, "MB", { comparison: "<=", value: 250 }, detail),
            result("Growth of memory", memoryGrowth(run.memory.samples), "×", { comparison: "<=", value: 1.1 }, flat),
          ];
        });
      } finally {
        await simulator.stop();
      }
    },
  };
}

/** Ten points of the way. */
function curve(samples: readonly { residentBytes: number }[]): string {
  const points = Array.from({ length: 10 }, (_, i) => samples[Math.floor(((i + 0.5) * samples.length) / 10)]);
  return `${points.map((point) => Math.round((point?.residentBytes ?? 0) / 1e6)).join(", ")} MB`;
}
