import path from "node:path";
import { type EngineSlot, takeEngineSlot } from "../scripts/engine/engineSlot.ts";
import type { VllmFlags } from "../scripts/engine/vllmCommand.ts";
import { type Bench, type BenchResult, result } from "./bench.ts";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { shuffle } from "./support/random.ts";
import { requestLine, writeLines } from "./support/requestFile.ts";
import { runProduct } from "./support/runProduct.ts";
import { readMetric } from "./support/simulator.ts";
import { withFolder } from "./support/withFolder.ts";

const PROMPTS = 16;
/** About 600 tokens of the model's tokenizer: four whole blocks and a bit. */
const PROMPT_WORDS = 130;

/** Four requests of five blocks each run at a time; what is left holds two of the prompts. */
const FLAGS: VllmFlags = {
  dtype: "float32",
  "max-model-len": 1024,
  "block-size": 128,
  "num-gpu-blocks-override": 28,
  "max-num-seqs": 4,
  "max-num-batched-tokens": 2048,
};

interface Measured {
  hitRate: number;
  seconds: number;
}

/** The same as `prefix`, smaller, on a real engine. About 4 minutes. */
export function prefixReal(scale: number): Bench {
  const requests = Math.round(96 * scale);
  return {
    name: "prefix-real",
    about: `${requests} shuffled requests over ${PROMPTS} shared prompts of about 600 tokens, on a real vLLM on the CPU whose cache has room for two beside what runs: \`--order prefix\` against the order of the file.`,
    async run(log) {
      const slot = await takeEngineSlot(log);
      try {
        const inOrder = await measure(slot, requests, "file");
        log(`file: ${describe(inOrder)}`);
        const grouped = await measure(slot, requests, "prefix");
        log(`prefix: ${describe(grouped)}`);
        return rows(inOrder, grouped);
      } finally {
        await slot.release();
      }
    },
  };
}

function rows(inOrder: Measured, grouped: Measured): BenchResult[] {
  const time = `${grouped.seconds.toFixed(1)} s against ${inOrder.seconds.toFixed(1)} s`;
  const share = "cached tokens of all prompt tokens, by the engine's metrics";
  return [
    result("Real vLLM: prefix hit rate, --order prefix", 100 * grouped.hitRate, "%", null, share),
    result("Real vLLM: prefix hit rate, file order", 100 * inOrder.hitRate, "%", null, share),
    result("Real vLLM: time of --order prefix against file order", grouped.seconds / inOrder.seconds, "×", null, time),
  ];
}

/** With an engine of its own: nothing is in its cache. */
async function measure(slot: EngineSlot, requests: number, order: "file" | "prefix"): Promise<Measured> {
  const engine = await slot.start({ model: "work", flags: FLAGS });
  try {
    return await withFolder(async (folder) => {
      const file = path.join(folder, "input.jsonl");
      const choice = Array.from({ length: requests }, (_, index) => index % PROMPTS);
      shuffle(choice, seededRandom(16));
      await writeLines(file, requests, (index) => lineOf(index, choice[index] ?? 0));
      const run = await runProduct(folder, [file, "--endpoint", engine.url, "--order", order]);
      const metrics = await (await fetch(`${engine.url}/metrics`)).text();
      const hits = readMetric(metrics, "vllm:prefix_cache_hits_total");
      return { hitRate: hits / readMetric(metrics, "vllm:prefix_cache_queries_total"), seconds: run.wallSeconds };
    });
  } finally {
    await engine.stop();
  }
}

function lineOf(index: number, prompt: number): string {
  const text = `${longPrompt(prompt)} Question ${index}: what follows?`;
  return requestLine({ customId: `request-${index}`, prompt: text, maxTokens: 8, minTokens: 8 }, "work");
}

function longPrompt(index: number): string {
  const random = seededRandom(index);
  const words = Array.from({ length: PROMPT_WORDS }, () => Math.floor(random() * 1e6).toString(36));
  return `Handbook ${index}. ${words.join(" ")}.`;
}

const describe = ({ hitRate, seconds }: Measured) =>
  `hit rate ${(100 * hitRate).toFixed(1)} %, ${seconds.toFixed(1)} s`;
