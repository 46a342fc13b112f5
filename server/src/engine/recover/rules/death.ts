import type { Attempt, LadderRule, Situation } from "../ladderTypes.ts";
import { numberFlag, valueIn } from "../settings.ts";
import {
  again,
  eager,
  factOf,
  fewerSeqs,
  isMultiGpu,
  noAsyncScheduling,
  noCustomAllReduce,
  noPrefixCaching,
  otherExecutor,
  set,
  setEnv,
  shorterContext,
} from "./attempts.ts";

const SAME = "The same settings again: such a death is often a single one";

/** It died and the log does not say what to change: vLLM never restarts its engine by itself. */
export const died: LadderRule = (situation) => [
  again(SAME),
  ...noAsyncScheduling(situation),
  ...otherExecutor(situation),
  // On a CPU neither of these is there to be changed.
  ...(situation.facts.gpuCount === 0 ? eager(situation) : []),
  ...shorterContext(situation, 2),
];

/** At start the same again ends the same way, as a rule: once, and once more without what has most faults. */
export const unknown: LadderRule = (situation) =>
  situation.crash.wasReady
    ? died(situation)
    : [again("The same settings once more: nobody knows why it failed"), ...eager(situation)];

/** Its end was asked for, but not by us. */
export const stoppedByOthers: LadderRule = () => [again("Somebody else stopped the engine; the work is not done")];

export const hang: LadderRule = (situation) => [
  again("The same settings again: most hangs are rare"),
  ...noCustomAllReduce(situation),
  ...noAsyncScheduling(situation),
  ...eager(situation),
];

export const nccl: LadderRule = (situation) => {
  const tooSmallShm = factOf(situation, "shmBytes") !== null;
  return [
    ...(tooSmallShm
      ? envOnce(situation, "NCCL_SHM_DISABLE", "1", "NCCL without /dev/shm, which is too small here")
      : []),
    ...(situation.crash.wasReady ? [again(SAME)] : []),
    ...envOnce(situation, "NCCL_P2P_DISABLE", "1", "NCCL without direct transfers between GPUs"),
    ...noCustomAllReduce(situation),
    ...envOnce(situation, "NCCL_CUMEM_HOST_ENABLE", "0", "NCCL without cuMem host memory"),
    ...(isMultiGpu(situation) ? eager(situation) : []),
  ];
};

export const cudaIllegalAccess: LadderRule = (situation) => [
  again(SAME),
  ...eager(situation),
  ...noAsyncScheduling(situation),
  ...noPrefixCaching(situation),
];

/**
 * The machine ran out of memory: what the engine holds there, and how much of it grows with the requests. Where neither
 * the kernel nor the log says so, it may have been anybody's SIGKILL.
 */
export const hostOom: LadderRule = (situation) => [
  ...(situation.diagnosis.confidence === "high" ? [] : [again(SAME)]),
  ...(valueIn(situation.profile, { kind: "flag", name: "kv-offloading-size" }) === null
    ? []
    : [set("kv-offloading-size", null, "Without KV cache in the machine's memory")]),
  ...smallerCpuCache(situation),
  ...fewerSeqs(situation, 2),
  ...(situation.crash.wasReady ? [again("The same settings again")] : []),
  // It leaks host memory in 0.25 to 0.27 (#52089).
  ...(situation.crash.wasReady
    ? envOnce(
        situation,
        "VLLM_USE_V2_MODEL_RUNNER",
        "0",
        "With the older model runner, which does not leak the machine's memory",
      )
    : []),
];

/** On the CPU build the KV cache is in the machine's memory, by this variable in GiB. */
function smallerCpuCache({ profile }: Situation): Attempt[] {
  const text = valueIn(profile, { kind: "env", name: "VLLM_CPU_KVCACHE_SPACE" });
  const now = numberFlag({ ...profile, flags: { space: text ?? 0 } }, "space");
  if (now === null || now < 2) return [];
  const half = Math.floor(now / 2);
  return [setEnv("VLLM_CPU_KVCACHE_SPACE", String(half), `Half the memory for the KV cache (${now} → ${half} GiB)`, 3)];
}

function envOnce({ profile }: Situation, name: string, value: string, why: string): Attempt[] {
  return valueIn(profile, { kind: "env", name }) === value ? [] : [setEnv(name, value, why)];
}
