import type { FactValue, FlagValue } from "../../../protocol/engine.ts";
import type { Attempt, Situation } from "../ladderTypes.ts";
import { isOn, numberFlag, valueIn } from "../settings.ts";

/** The single things that rules try, each from the settings as they are now. An empty list: it does not apply. */

/** More GPU memory than this per card, and vLLM takes larger batches by default (0.8 to 0.32). */
const BIG_GPU_GIB = 70;
export const SHARE_STEP = 0.05;
/** What a start needs beside what it asks for. */
const SHARE_RESERVE = 0.02;
const LARGEST_SHARE = 0.95;
/** vLLM's default share since 0.21 (#38284). */
const DEFAULT_SHARE = 0.92;
const FEWEST_BATCHED_TOKENS = 512;
const SHORTEST_CONTEXT = 2048;
/** Tokens of one block of the KV cache on GPUs. */
const BLOCK = 16;

export function again(why: string, limit = 1): Attempt {
  return { change: null, why, limit };
}

export function set(name: string, value: FlagValue | null, why: string, limit = 1): Attempt {
  return { change: { flags: { [name]: value } }, why, limit };
}

export function setEnv(name: string, value: string | null, why: string, limit = 1): Attempt {
  return { change: { env: { [name]: value } }, why, limit };
}

/** A number that the diagnosis found. */
export function factOf({ diagnosis }: Situation, name: string): number | null {
  const value: FactValue | undefined = Object.hasOwn(diagnosis.facts, name) ? diagnosis.facts[name] : undefined;
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : null;
}

export function textFactOf({ diagnosis }: Situation, name: string): string | null {
  const value: FactValue | undefined = Object.hasOwn(diagnosis.facts, name) ? diagnosis.facts[name] : undefined;
  return typeof value === "string" ? value : null;
}

export function parallelSize({ profile }: Situation): number {
  return Math.max(1, Math.floor(numberFlag(profile, "tensor-parallel-size") ?? 1));
}

export function isMultiGpu(situation: Situation): boolean {
  return parallelSize(situation) > 1 || (numberFlag(situation.profile, "pipeline-parallel-size") ?? 1) > 1;
}

function isBigGpu(situation: Situation): boolean {
  return (factOf(situation, "totalGiB") ?? situation.facts.gpuMemory?.totalGiB ?? 0) >= BIG_GPU_GIB;
}

function seqsOf(situation: Situation): number {
  const told = numberFlag(situation.profile, "max-num-seqs") ?? factOf(situation, "maxNumSeqs");
  return told ?? (isBigGpu(situation) ? 1024 : 256);
}

export function fewerSeqs(situation: Situation, limit: number): Attempt[] {
  const now = seqsOf(situation);
  const half = Math.floor(now / 2);
  return half < 1 ? [] : [set("max-num-seqs", half, `Half as many requests at once (${now} → ${half})`, limit)];
}

export function fewerTokens(situation: Situation, limit: number): Attempt[] {
  const now = numberFlag(situation.profile, "max-num-batched-tokens") ?? (isBigGpu(situation) ? 8192 : 2048);
  // A step takes a token of each running request at least (vLLM refuses less).
  const half = Math.max(Math.floor(now / 2), FEWEST_BATCHED_TOKENS, seqsOf(situation));
  if (half >= now) return [];
  return [set("max-num-batched-tokens", half, `Half as many tokens per step (${now} → ${half})`, limit)];
}

export function shareOf(situation: Situation): number {
  return (
    numberFlag(situation.profile, "gpu-memory-utilization") ?? factOf(situation, "wantedUtilization") ?? DEFAULT_SHARE
  );
}

export function lowerShare(situation: Situation, limit: number): Attempt[] {
  const now = shareOf(situation);
  const lower = hundredths(now - SHARE_STEP);
  if (lower < 0.3) return [];
  return [set("gpu-memory-utilization", lower, `A smaller share of the GPU's memory (${now} → ${lower})`, limit)];
}

/** What is free, with a reserve; null: not known. */
export function freeShare(situation: Situation): number | null {
  const free = factOf(situation, "freeGiB") ?? situation.facts.gpuMemory?.freeGiB ?? null;
  const total = factOf(situation, "totalGiB") ?? situation.facts.gpuMemory?.totalGiB ?? null;
  return free === null || total === null || total === 0 ? null : hundredths(free / total - SHARE_RESERVE);
}

export function higherShare(situation: Situation, limit: number): Attempt[] {
  // On a CPU the same flag takes the machine's memory (vLLM since May 2026), which others need.
  if (situation.facts.gpuCount === 0) return [];
  const { gpuMemory } = situation.facts;
  const room = gpuMemory === null ? LARGEST_SHARE : hundredths(gpuMemory.freeGiB / gpuMemory.totalGiB - SHARE_RESERVE);
  const now = shareOf(situation);
  const higher = Math.min(hundredths(now + SHARE_STEP), LARGEST_SHARE, room);
  if (!(higher > now)) return [];
  return [set("gpu-memory-utilization", higher, `A larger share of the GPU's memory (${now} → ${higher})`, limit)];
}

export function eager({ profile }: Situation): Attempt[] {
  if (isOn(profile, "enforce-eager")) return [];
  return [
    set(
      "enforce-eager",
      true,
      "Without CUDA graphs and compilation, which are slower to do without but take memory and have had faults",
    ),
  ];
}

export function noAsyncScheduling({ profile, facts }: Situation): Attempt[] {
  // It is off on CPUs anyway.
  if (isOn(profile, "no-async-scheduling") || facts.gpuCount === 0) return [];
  return [set("no-async-scheduling", true, "Without asynchronous scheduling, which is on since vLLM 0.14")];
}

export function noPrefixCaching({ profile }: Situation): Attempt[] {
  if (isOn(profile, "no-enable-prefix-caching")) return [];
  return [set("no-enable-prefix-caching", true, "Without prefix caching")];
}

export function noCustomAllReduce(situation: Situation): Attempt[] {
  if (!isMultiGpu(situation) || isOn(situation.profile, "disable-custom-all-reduce")) return [];
  return [set("disable-custom-all-reduce", true, "With NCCL's own all-reduce instead of vLLM's")];
}

/** mp ↔ uni. Ray is never chosen: it needs a cluster. With several GPUs uni is impossible, on a CPU too. */
export function otherExecutor(situation: Situation): Attempt[] {
  const { profile, facts } = situation;
  const told = valueIn(profile, { kind: "flag", name: "distributed-executor-backend" });
  const now = told ?? (isMultiGpu(situation) ? "mp" : "uni");
  const other = now === "mp" ? "uni" : "mp";
  if (facts.gpuCount === 0 || (other === "uni" && isMultiGpu(situation))) return [];
  return [set("distributed-executor-backend", other, `With the other executor (${String(now)} → ${other})`)];
}

export function shorterContext({ profile, facts }: Situation, limit: number): Attempt[] {
  const now = numberFlag(profile, "max-model-len") ?? facts.modelLimit;
  if (now === null) return [];
  const half = Math.max(Math.floor(now / 2), facts.neededLen ?? SHORTEST_CONTEXT);
  if (half >= now) return [];
  return [contextOf(half, `A shorter context (${now} → ${half} tokens)`, limit)];
}

export function contextOf(tokens: number, why: string, limit = 1): Attempt {
  return set("max-model-len", tokens, why, limit);
}

/** Whole blocks of the KV cache. */
export function wholeBlocks(tokens: number): number {
  return tokens < BLOCK ? Math.floor(tokens) : Math.floor(tokens / BLOCK) * BLOCK;
}

/** Down to two decimals: a share must not ask for a little more than there is. */
export function hundredths(value: number): number {
  return Math.floor(value * 100 + 1e-6) / 100;
}
