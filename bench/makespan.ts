import path from "node:path";
import { type Bench, result } from "./bench.ts";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { logNormalLengths, shuffle } from "./support/random.ts";
import { requestKey, requestLine, writeLines } from "./support/requestFile.ts";
import { runProduct } from "./support/runProduct.ts";
import { startSimulator } from "./support/simulator.ts";
import { withFolder } from "./support/withFolder.ts";

const SLOTS = 64;
const DECODE_MS = 10;
const MEAN_TOKENS = 26;

/** How well the engine's slots are kept busy when the answers are of very different lengths. */
export function makespan(scale: number): Bench {
  const requests = Math.round(10_000 * scale);
  // A long answer that begins last keeps one slot busy alone: none is longer than 2.5 % of the ideal, with a margin for
  // the mean, which the cut brings down.
  const longest = Math.floor((0.024 * requests * MEAN_TOKENS) / SLOTS);
  return {
    name: "makespan",
    about: `${requests} requests with log-normal answer lengths in shuffled order, on a simulated engine with ${SLOTS} slots: the time from the first saved answer to the last against the ideal, in which no slot is ever idle.`,
    async run() {
      const random = seededRandom(20_251);
      const lengths = shuffle(logNormalLengths(requests, { mean: MEAN_TOKENS, sigma: 0.8, longest }, random), random);
      const steps = lengths.reduce((sum, length) => sum + length, 0) / SLOTS;
      const idealSeconds = (steps * DECODE_MS) / 1000;
      const flags = ["--max-num-seqs", String(SLOTS), "--sim-decode-ms", String(DECODE_MS)];
      const simulator = await startSimulator([...flags, "--sim-prefill-tokens-per-second", "0"]);
      try {
        return await withFolder(async (folder) => {
          const file = path.join(folder, "input.jsonl");
          await writeLines(file, requests, (index) => lineOf(index, lengths[index] ?? 1));
          const run = await runProduct(folder, [file, "--endpoint", simulator.url]);
          const tokens = await simulator.metric("vllm:generation_tokens_total");
          const detail = `${run.savingSeconds.toFixed(2)} s against ${idealSeconds.toFixed(2)} s; ${tokens} tokens in ${SLOTS} slots, ${DECODE_MS} ms each; longest answer ${percent(Math.max(...lengths) / steps)} of the ideal; requests in flight steered by the run itself`;
          return [
            result("Makespan", run.savingSeconds / idealSeconds, "× ideal", { comparison: "<=", value: 1.03 }, detail),
          ];
        });
      } finally {
        await simulator.stop();
      }
    },
  };
}

/** Exactly `length` tokens: the shortest and the longest are the same. */
function lineOf(index: number, length: number): string {
  const prompt = `Write something for ${requestKey(index)}.`;
  return requestLine({ customId: `request-${index}`, prompt, maxTokens: length, minTokens: length }, "bench-model");
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
