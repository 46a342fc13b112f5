/** How large a model is, as far as its name tells. */
import { nameOf } from "./modelIndex.ts";

export interface ModelSize {
  /** Parameters. */
  billions: number;
  /** Of these, how many each token goes through, in a mixture of experts that says so. */
  active: number | null;
  /** `8x7B`: the experts have parts in common, so there are fewer parameters than the product. */
  isMost: boolean;
  /** How the weights are stored; null: in 16 bits, for all that the name says. */
  format: string | null;
  /** What the weights take as they are stored, in 10⁹ bytes. */
  gigabytes: number;
  /** The same in 16 bits. */
  gigabytes16: number;
}

const SIZE = /(?<=^|[-_])(?:(\d+)x)?(\d+(?:\.\d+)?)([bmt])(?=$|[-_.])/gi;
const ACTIVE = /(?<=[-_])a(\d+(?:\.\d+)?)([bm])(?=$|[-_.])/i;
/** `17B-16E`: the size is that of what each token goes through, and the name does not tell the whole. */
const EXPERTS_ONLY = /(?<=[-_])\d+e(?=$|[-_.])/i;

/** By the words that publishers put into names. The first that fits is told. */
const formats: readonly { pattern: RegExp; format: string; bits: number }[] = [
  { pattern: /(?<=[-_.])w8a8|(?<=[-_.])int8|(?<=[-_.])8bit/i, format: "INT8", bits: 8 },
  { pattern: /(?<=[-_.])awq/i, format: "AWQ", bits: 4 },
  { pattern: /(?<=[-_.])gptq/i, format: "GPTQ", bits: 4 },
  { pattern: /(?<=[-_.])nvfp4/i, format: "NVFP4", bits: 4 },
  { pattern: /(?<=[-_.])mxfp4/i, format: "MXFP4", bits: 4 },
  { pattern: /(?<=[-_.])fp8/i, format: "FP8", bits: 8 },
  { pattern: /(?<=[-_.])(?:int4|w4a16|4bit)/i, format: "INT4", bits: 4 },
];

/** Four bits come with a scale for each group of weights, of 16 bits for 32 at most: half a bit more. */
const SCALE_BITS = 0.5;

/**
 * @param id of a repository, with its owner or without
 * @param stored what is known of how its weights are stored, where the name says nothing
 */
export function sizeInName(id: string, stored?: string): ModelSize | null {
  const name = nameOf(id);
  const sizes = [...name.matchAll(SIZE)].map(([, experts, count, unit]) => ({
    experts,
    billions: Number(experts ?? 1) * inBillions(count, unit),
  }));
  // A name may also tell the length of the context (1M) or what each token goes through: the whole is the largest.
  const whole = sizes.sort((a, b) => b.billions - a.billions)[0];
  if (whole === undefined || EXPERTS_ONLY.test(name)) return null;
  const { billions } = whole;
  const [, active, unit] = ACTIVE.exec(name) ?? [];
  const known = formats.find(({ pattern }) => pattern.test(name)) ?? formats.find(({ format }) => format === stored);
  const bits = known === undefined ? 16 : known.bits === 4 ? known.bits + SCALE_BITS : known.bits;
  return {
    billions,
    active: active === undefined ? null : inBillions(active, unit),
    isMost: whole.experts !== undefined,
    format: known?.format ?? null,
    gigabytes: (billions * bits) / 8,
    gigabytes16: billions * 2,
  };
}

const scales: Readonly<Record<string, number>> = { m: 1e-3, b: 1, t: 1e3 };

function inBillions(count = "0", unit = "b"): number {
  return Number(count) * (scales[unit.toLowerCase()] ?? 1);
}
