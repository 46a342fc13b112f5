import path from "node:path";
import { execa } from "execa";
import { type Bench, type BenchResult, median, result } from "./bench.ts";
import { clockMs } from "./support/clock.ts";
import { watchMemory } from "./support/memory.ts";
import { programPath } from "./support/program.ts";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { writeLines } from "./support/requestFile.ts";
import { withFolder } from "./support/withFolder.ts";

const ROUNDS = 5;
const support = path.join(import.meta.dirname, "support");

/** What all the rules cost beside the parsing that nobody can do without. */
export function validate(scale: number): Bench {
  const lines = Math.round(200_000 * scale);
  return {
    name: "validate",
    about: `vllm-batch validate of ${lines} lines of 2.5 KB, a third of them not ASCII, with all rules, against bare loops that read, split and parse the same file; each from the start of its process to its end.`,
    async run(log) {
      return withFolder(async (folder) => {
        const file = path.join(folder, "input.jsonl");
        await writeLines(file, lines, lineMaker(seededRandom(1)));
        const rounds: Round[] = [];
        // The first round warms the page cache for all, and does not count.
        for (let number = 0; number <= ROUNDS; number += 1) {
          const round = await measureRound(file);
          const { ours, text, bytes } = round;
          log(`round ${number}: ours ${seconds(ours)}, text loop ${seconds(text)}, byte loop ${seconds(bytes)}`);
          if (number > 0) rounds.push(round);
        }
        return results(rounds);
      });
    },
  };
}

/** Seconds of each, and the memory of ours. */
interface Round {
  ours: number;
  text: number;
  bytes: number;
  peakBytes: number;
}

async function measureRound(file: string): Promise<Round> {
  const text = await timed([path.join(support, "parseText.ts"), file]);
  const bytes = await timed([path.join(support, "parseBytes.ts"), file]);
  const ours = await timed([programPath, "validate", file, "--json"]);
  return { ours: ours.seconds, text: text.seconds, bytes: bytes.seconds, peakBytes: ours.peakBytes };
}

function results(rounds: readonly Round[]): BenchResult[] {
  const ratio = (loop: "text" | "bytes") => median(rounds.map((round) => round.ours / round[loop]));
  const detail = (loop: "text" | "bytes", what: string) =>
    `${what}; median of ${rounds.length} rounds, one after the other; ours ${rounds.map((round) => seconds(round.ours)).join(", ")}; loop ${rounds.map((round) => seconds(round[loop])).join(", ")}`;
  const peak = Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / 1e6;
  const bar = { comparison: "<=", value: 1.4 } as const;
  return [
    result(
      "Validate against read, split, parse",
      ratio("text"),
      "×",
      bar,
      detail("text", "text is split at line ends"),
    ),
    result(
      "Validate against the quickest bare loop",
      ratio("bytes"),
      "×",
      null,
      detail("bytes", "bytes are cut at line ends and decoded line by line"),
    ),
    result("Peak memory of validate", peak, "MB", { comparison: "<=", value: 200 }, "the kernel's own peak (VmHWM)"),
  ];
}

const seconds = (value: number) => `${value.toFixed(2)} s`;

async function timed(args: readonly string[]): Promise<{ seconds: number; peakBytes: number }> {
  const startedMs = clockMs();
  const child = execa(process.execPath, args, { stdin: "ignore" });
  const memory = child.pid === undefined ? Promise.reject(new Error("It did not start.")) : watchMemory(child.pid);
  await child;
  return { seconds: (clockMs() - startedMs) / 1000, peakBytes: (await memory).peakBytes };
}

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
