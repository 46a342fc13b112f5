import type { Attempt, LadderRule, Situation } from "../ladderTypes.ts";
import { numberFlag } from "../settings.ts";
import {
  again,
  contextOf,
  eager,
  factOf,
  fewerSeqs,
  fewerTokens,
  freeShare,
  higherShare,
  lowerShare,
  parallelSize,
  set,
  shareOf,
  shorterContext,
  wholeBlocks,
} from "./attempts.ts";

const SMALLEST_SHARE = 0.1;

/** Others hold memory: it may be about to come back (what an engine leaves behind, another one that starts). */
export const gpuMemoryOccupied: LadderRule = (situation) => {
  const free = freeShare(situation);
  const lower: Attempt[] =
    free === null || free < SMALLEST_SHARE || free >= shareOf(situation)
      ? []
      : [
          set(
            "gpu-memory-utilization",
            free,
            `Only the share of the memory that is free (${shareOf(situation)} → ${free})`,
            2,
          ),
        ];
  return [{ ...again("The same settings, once the memory has settled"), waitFor: "gpuMemory" }, ...lower];
};

/** Weights are as large as they are: only more GPUs help. Moving them to the host would cost most of the speed. */
export const gpuOomWeights: LadderRule = (situation) => {
  const other = factOf(situation, "otherProcessGiB");
  const settle: Attempt[] =
    other === null
      ? []
      : [{ ...again(`The same settings, once the ${other} GiB of another process are settled`), waitFor: "gpuMemory" }];
  return [...settle, ...moreGpus(situation)];
};

export const gpuOomRuntime: LadderRule = (situation) => [
  ...fewerSeqs(situation, 3),
  ...fewerTokens(situation, 2),
  ...lowerShare(situation, 2),
  ...eager(situation),
  ...fewerSeqs(situation, 12),
];

export const kvCacheTooSmall: LadderRule = (situation) => {
  const estimate = estimatedLength(situation);
  const needed = situation.facts.neededLen;
  const length =
    estimate === null
      ? null
      : needed !== null && needed <= estimate
        ? Math.max(wholeBlocks(estimate), needed)
        : wholeBlocks(estimate);
  const shorter: Attempt[] =
    length === null || length < 1
      ? shorterContext(situation, 3)
      : [contextOf(length, `The longest context that vLLM says fits (${length} tokens)`, 3)];
  return [...shorter, ...moreRoom(situation)];
};

export const noKvCacheMemory: LadderRule = (situation) => [...moreRoom(situation), ...fewerSeqs(situation, 2)];

/** Room for the KV cache that other things take. */
function moreRoom(situation: Situation): Attempt[] {
  return [...higherShare(situation, 2), ...fewerTokens(situation, 2), ...eager(situation), ...moreGpus(situation)];
}

/** What vLLM estimates; older versions only say how much memory is missing. */
function estimatedLength(situation: Situation): number | null {
  const told = factOf(situation, "estimatedMaxLen");
  if (told !== null) return told > 0 ? told : null;
  const asked = factOf(situation, "maxModelLen") ?? numberFlag(situation.profile, "max-model-len");
  const needed = factOf(situation, "neededGiB");
  const available = factOf(situation, "availableGiB");
  if (asked === null || needed === null || available === null || needed <= available) return null;
  return asked * (available / needed) * 0.95;
}

/** Twice as many GPUs, where there are so many and the heads divide. */
function moreGpus(situation: Situation): Attempt[] {
  const { gpuCount, attentionHeads } = situation.facts;
  const now = parallelSize(situation);
  const next = now * 2;
  if (gpuCount === null || next > gpuCount || (attentionHeads !== null && attentionHeads % next !== 0)) return [];
  return [set("tensor-parallel-size", next, `Split over ${next} of the ${gpuCount} GPUs`, 4)];
}
