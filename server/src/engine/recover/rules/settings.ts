import type { Attempt, LadderRule, Situation } from "../ladderTypes.ts";
import { valueIn } from "../settings.ts";
import { contextOf, factOf, parallelSize, set, textFactOf } from "./attempts.ts";

/** Causes in the settings themselves: the same again would fail the same way. */

export const maxLenExceedsModel: LadderRule = (situation) => {
  const limit = factOf(situation, "modelMaxLen") ?? situation.facts.modelLimit;
  if (limit === null || limit < 1) return [];
  return [contextOf(Math.floor(limit), `The longest context of the model itself (${Math.floor(limit)} tokens)`)];
};

/** The checkpoint knows how it was quantized. */
export const quantizationMismatch: LadderRule = ({ profile, diagnosis }) => {
  const asked = valueIn(profile, { kind: "flag", name: "quantization" });
  if (asked !== null) {
    return [set("quantization", null, `Without --quantization ${String(asked)}: the checkpoint's own config decides`)];
  }
  const told = diagnosis.remedies
    .map(({ change }) => change?.flags?.["quantization"])
    .find((one) => typeof one === "string");
  return told === undefined ? [] : [set("quantization", told, `With the quantization of the checkpoint (${told})`)];
};

export const quantizationUnsupported: LadderRule = (situation) => {
  const cache = valueIn(situation.profile, { kind: "flag", name: "kv-cache-dtype" });
  const dtype = textFactOf(situation, "dtype") ?? "";
  return [
    ...(cache === null || cache === "auto"
      ? []
      : [set("kv-cache-dtype", null, `Without --kv-cache-dtype ${String(cache)}, which this GPU may not know`)]),
    ...(/bfloat16/i.test(dtype) ? otherDtype(situation, "half", dtype) : []),
  ];
};

export const dtypeUnsupported: LadderRule = (situation) => {
  const told =
    textFactOf(situation, "dtype") ?? String(valueIn(situation.profile, { kind: "flag", name: "dtype" }) ?? "");
  const isHalf = /^(?:torch\.)?(?:half|float16|fp16)$/i.test(told);
  // Some models refuse float16 on any GPU: it overflows there.
  return isHalf
    ? [...otherDtype(situation, "bfloat16", told), ...otherDtype(situation, "float32", told)]
    : [...otherDtype(situation, "half", told), ...otherDtype(situation, "float32", told)];
};

export const tensorParallelInvalid: LadderRule = (situation) => {
  const { facts } = situation;
  const now = Math.max(parallelSize(situation), Math.min(64, factOf(situation, "tensorParallel") ?? 1));
  const gpus = factOf(situation, "gpus") ?? facts.gpuCount ?? now - 1;
  // Without a GPU it is one CPU that does the work of one.
  for (let size = Math.min(now - 1, Math.max(1, gpus)); size >= 1; size -= 1) {
    const divides =
      facts.attentionHeads === null ? Number.isInteger(Math.log2(size)) : facts.attentionHeads % size === 0;
    if (divides) return [set("tensor-parallel-size", size, `Split over ${size} instead of ${now}`, 3)];
  }
  return [];
};

/** A flag that a person set is theirs to take away: they count on what it does. */
export const badFlag: LadderRule = (situation) => {
  const { diagnosis, profile } = situation;
  const fact = diagnosis.facts["flag"];
  const told = Array.isArray(fact) ? fact : [fact];
  return told
    .filter((one) => typeof one === "string")
    .map((one) => one.split("=", 1).join("").replace(/^-+/, "").replaceAll("_", "-"))
    .filter((name) => valueIn(profile, { kind: "flag", name }) !== null)
    .map((name) => set(name, null, `Without --${name}, which this version does not take`));
};

function otherDtype(situation: Situation, dtype: string, told: string): Attempt[] {
  const now = valueIn(situation.profile, { kind: "flag", name: "dtype" });
  return now === dtype
    ? []
    : [set("dtype", dtype, `Numbers as ${dtype}${told === "" ? "" : ` instead of ${told}`}`, 2)];
}
