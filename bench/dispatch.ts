import path from "node:path";
import { type Bench, median, result } from "./bench.ts";
import { smallRequest, writeRequestFile } from "./support/requestFile.ts";
import { runBareClient } from "./support/runBareClient.ts";
import { runProduct } from "./support/runProduct.ts";
import { startSimulator } from "./support/simulator.ts";
import { withFolder } from "./support/withFolder.ts";

const IN_FLIGHT = 256;
const ROUNDS = 5;

/** What checking, judging and saving each answer costs, where the engine costs nothing. */
export function dispatch(scale: number): Bench {
  const requests = Math.round(40_000 * scale);
  return {
    name: "dispatch",
    about: `A run of ${requests} small requests, ${IN_FLIGHT} in flight, each answer saved, against a bare loop over the same HTTP client that saves nothing; no-latency simulator.`,
    async run(log) {
      const simulator = await startSimulator(["--sim-instant"]);
      const ours: number[] = [];
      const bare: number[] = [];
      try {
        for (let round = 0; round < ROUNDS; round += 1) {
          await withFolder(async (folder) => {
            const file = path.join(folder, "input.jsonl");
            await writeRequestFile(file, requests, smallRequest);
            bare.push(await runBareClient(simulator.url, file, IN_FLIGHT));
            const args = [file, "--endpoint", simulator.url, "--in-flight", String(IN_FLIGHT)];
            ours.push(requests / (await runProduct(folder, args)).savingSeconds);
          });
          log(`round ${round + 1}: ours ${rate(ours.at(-1))}, bare ${rate(bare.at(-1))}`);
        }
      } finally {
        await simulator.stop();
      }
      // A round's two halves saw the machine in the same mood, more or less.
      const ratios = ours.map((value, round) => value / (bare[round] ?? Number.NaN));
      const detail = `median of ${ROUNDS} rounds, one after the other; ours ${ours.map(rate).join(", ")}; bare ${bare.map(rate).join(", ")}`;
      return [
        result("Dispatch rate against a bare loop", median(ratios), "×", { comparison: ">=", value: 0.75 }, detail),
      ];
    },
  };
}

const rate = (value = Number.NaN) => `${Math.round(value)}/s`;
