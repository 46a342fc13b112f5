import path from "node:path";
import { type Bench, type BenchResult, result } from "./bench.ts";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { shuffle } from "./support/random.ts";
import { requestKey, requestLine, writeLines } from "./support/requestFile.ts";
import { runProduct } from "./support/runProduct.ts";
import { startSimulator } from "./support/simulator.ts";
import { withFolder } from "./support/withFolder.ts";

const PROMPTS = 50;
const PROMPT_WORDS = 1200;

interface Measured {
  hitRate: number;
  seconds: number;
}

/** What sending requests with the same beginning together is worth to an engine with a prefix cache. */
export function prefix(scale: number): Bench {
  const requests = Math.round(5000 * scale);
  return {
    name: "prefix",
    about: `${requests} shuffled requests over ${PROMPTS} long shared prompts, on a simulated engine whose cache holds a few of them: \`--order prefix\` against the order of the file.`,
    async run(log) {
      const inOrder = await measure(requests, "file");
      log(`file: ${describe(inOrder)}`);
      const grouped = await measure(requests, "prefix");
      log(`prefix: ${describe(grouped)}`);
      return rows(inOrder, grouped);
    },
  };
}

function rows(inOrder: Measured, grouped: Measured): BenchResult[] {
  const time = `${grouped.seconds.toFixed(1)} s against ${inOrder.seconds.toFixed(1)} s`;
  return [
    result("Prefix hit rate, --order prefix", 100 * grouped.hitRate, "%", null, "cached tokens of all prompt tokens"),
    result("Prefix hit rate, file order", 100 * inOrder.hitRate, "%", null, "cached tokens of all prompt tokens"),
    result("Makespan, --order prefix against file order", grouped.seconds / inOrder.seconds, "×", null, time),
  ];
}

async function measure(requests: number, order: "file" | "prefix"): Promise<Measured> {
  // Blocks of 16 tokens for about 13 of the prompts, so that most are gone before they are needed again.
  const cache = ["--block-size", "16", "--num-gpu-blocks-override", "2000", "--max-num-seqs", "16"];
  const rates = ["--sim-prefill-tokens-per-second", "100000", "--sim-decode-ms", "5"];
  const simulator = await startSimulator([...cache, ...rates, "--max-model-len", "4096"]);
  try {
    return await withFolder(async (folder) => {
      const file = path.join(folder, "input.jsonl");
      const prompts = Array.from({ length: PROMPTS }, (_, index) => longPrompt(index));
      const choice = Array.from({ length: requests }, (_, index) => index % PROMPTS);
      shuffle(choice, seededRandom(50));
      await writeLines(file, requests, (index) => lineOf(index, prompts[choice[index] ?? 0] ?? ""));
      const run = await runProduct(folder, [file, "--endpoint", simulator.url, "--order", order]);
      const hits = await simulator.metric("vllm:prefix_cache_hits_total");
      const queries = await simulator.metric("vllm:prefix_cache_queries_total");
      return { hitRate: hits / queries, seconds: run.savingSeconds };
    });
  } finally {
    await simulator.stop();
  }
}

function longPrompt(index: number): string {
  const random = seededRandom(index);
  const words = Array.from({ length: PROMPT_WORDS }, () => Math.floor(random() * 1e6).toString(36));
  return `Handbook ${index}. ${words.join(" ")}.`;
}

function lineOf(index: number, prompt: string): string {
  const text = `${prompt} Question ${requestKey(index)}: what follows?`;
  return requestLine({ customId: `request-${index}`, prompt: text, maxTokens: 8, minTokens: 8 }, "bench-model");
}

const describe = ({ hitRate, seconds }: Measured) =>
  `hit rate ${(100 * hitRate).toFixed(1)} %, ${seconds.toFixed(1)} s`;
