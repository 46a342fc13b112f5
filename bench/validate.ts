import path from "node:path";
import { execa } from "execa";
import { type Bench, median, result } from "./bench.ts";
import { clockMs } from "./support/clock.ts";
import { watchMemory } from "./support/memory.ts";
import { programPath } from "./support/program.ts";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { writeLines } from "./support/requestFile.ts";
import { withFolder } from "./support/withFolder.ts";

const ROUNDS = 5;
const BASELINE = path.join(import.meta.dirname, "support", "bareParse.ts");

/** What all the rules cost beside the parsing that nobody can do without. */
export function validate(scale: number): Bench {
  const lines = Math.round(200_000 * scale);
  return {
    name: "validate",
    about: `vllm-batch validate of ${lines} lines of 2.5 KB with all rules, against a bare loop that reads, cuts and parses the same file; both from the start of the process to its end.`,
    async run(log) {
      return withFolder(async (folder) => {
        const file = path.join(folder, "input.jsonl");
        await writeLines(file, lines, lineMaker(seededRandom(1)));
        const ours: number[] = [];
        const bare: number[] = [];
        let peakBytes = 0;
        // The first round warms the page cache for both, and does not count.
        for (let round = 0; round <= ROUNDS; round += 1) {
          const bareSeconds = (await timed([BASELINE, file])).seconds;
          const own = await timed([programPath, "validate", file, "--json"]);
          peakBytes = Math.max(peakBytes, own.peakBytes);
          log(`round ${round}: ours ${own.seconds.toFixed(2)} s, bare ${bareSeconds.toFixed(2)} s`);
          if (round === 0) continue;
          ours.push(own.seconds);
          bare.push(bareSeconds);
        }
        const ratios = ours.map((seconds, round) => seconds / (bare[round] ?? Number.NaN));
        const detail = `median of ${ROUNDS} rounds, one after the other; ours ${listed(ours)}; bare ${listed(bare)}`;
        return [
          result("Validate against a bare parse loop", median(ratios), "×", { comparison: "<=", value: 1.4 }, detail),
          result(
            "Peak memory of validate",
            peakBytes / 1e6,
            "MB",
            { comparison: "<=", value: 200 },
            "the kernel's own peak (VmHWM), the highest of all rounds",
          ),
        ];
      });
    },
  };
}

async function timed(args: readonly string[]): Promise<{ seconds: number; peakBytes: number }> {
  const startedMs = clockMs();
  const child = execa(process.execPath, args, { stdin: "ignore" });
  const memory = child.pid === undefined ? Promise.reject(new Error("It did not start.")) : watchMemory(child.pid);
  await child;
  return { seconds: (clockMs() - startedMs) / 1000, peakBytes: (await memory).peakBytes };
}

const listed = (seconds: readonly number[]) => `${seconds.map((value) => value.toFixed(2)).join(", ")} s`;

const words =
  "the customer asks for a refund of the late delivery and names the order number please answer politely in two short sentences explain reason invoice address product broken screen warranty ticket summary date".split(
    " ",
  );
const wordsBeyondAscii = ["größe", "naïve", "café", "世界", "你好", "привет", "日本語", "über", "straße", "😀"];

/** Chats with a long system prompt in common and a text of their own; every third is not in ASCII. */
function lineMaker(random: () => number): (index: number) => string {
  const system = textMaker(random)(700, false);
  const text = textMaker(random);
  return (index) => {
    const user = text(1500, index % 3 === 0);
    const messages = [
      { role: "system", content: system },
      { role: "user", content: user },
    ];
    const body = { model: "Qwen/Qwen3-8B", messages, max_completion_tokens: 200, temperature: 0.2 };
    return `${JSON.stringify({ custom_id: `request-${index}`, method: "POST", url: "/v1/chat/completions", body })}\n`;
  };
}

function textMaker(random: () => number): (length: number, beyondAscii: boolean) => string {
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  return (length, beyondAscii) => {
    let text = "";
    while (text.length < length) {
      text += beyondAscii && random() < 0.08 ? pick(wordsBeyondAscii) : pick(words);
      const next = random();
      text += next < 0.02 ? "\n" : next < 0.03 ? ' "quoted" ' : next < 0.1 ? ". " : " ";
    }
    return text;
  };
}
