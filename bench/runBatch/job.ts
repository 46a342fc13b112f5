import path from "node:path";
import type { EngineSlot } from "../../scripts/engine/engineSlot.ts";
import type { ModelName } from "../../scripts/engine/install.ts";
import type { VllmFlags } from "../../scripts/engine/vllmCommand.ts";
import { writeLines } from "../support/requestFile.ts";

const TOKENS = 64;

/** The same work for both: one batch file, one model, one set of flags. */
export interface Job {
  slot: EngineSlot;
  folder: string;
  input: string;
  model: ModelName;
  flags: VllmFlags;
  requests: number;
}

/** When things happened in one life of a contender, in seconds. */
export interface Life {
  /** From the start of the engine until it takes requests. */
  engineSeconds: number;
  /** From there to the last saved answer, or to the kill. */
  workSeconds: number;
}

export const flags: Readonly<Record<"work" | "tiny", VllmFlags>> = {
  // float32: without AVX-512 the CPU build computes bfloat16 five times slower, and in no batch faster than alone.
  work: { dtype: "float32", "max-num-seqs": 32, "max-num-batched-tokens": 2048 },
  tiny: { "max-num-seqs": 64, "max-num-batched-tokens": 2048 },
};

/**
 * Writes the batch file of a job. The prompts of another round begin differently, so that no engine finds them in its
 * prefix cache; the answers have exactly 64 tokens each.
 */
export async function prepareJob(job: Omit<Job, "input">, round: string): Promise<Job> {
  const input = path.join(job.folder, `input-${round}.jsonl`);
  await writeLines(input, job.requests, (index) => {
    const messages = [{ role: "user", content: `${round}, request ${index}: write about the number ${index}.` }];
    const body = { model: job.model, messages, max_tokens: TOKENS, ignore_eos: true, temperature: 0 };
    const line = { custom_id: `request-${index}`, method: "POST", url: "/v1/chat/completions", body };
    return `${JSON.stringify(line)}\n`;
  });
  return { ...job, input };
}
