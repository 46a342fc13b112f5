/** Which files of a folder are the weights, judged by name and size. */
import { isObject, property } from "../../util/unknown.ts";

export interface FileSize {
  name: string;
  /** null: a link to nothing, as a broken download leaves behind. */
  bytes: number | null;
}

export interface FoundWeights {
  files: FileSize[];
  /** Sum of the files that are here. */
  bytes: number;
  /** null: no file of weights at all. */
  complete: boolean | null;
}

const kinds: readonly RegExp[] = [
  /^model[^/]*\.safetensors$/,
  /^[^/]*\.safetensors$/,
  /^pytorch_model[^/]*\.bin$/,
  /^[^/]*\.gguf$/,
];

/** The first kind that is there counts: many repositories hold the same weights in several. */
export function findWeights(files: readonly FileSize[]): FoundWeights {
  const found = kinds.map((kind) => files.filter(({ name }) => kind.test(name))).find((some) => some.length > 0) ?? [];
  return {
    files: found,
    bytes: found.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    complete: found.length === 0 ? null : found.every(({ bytes }) => bytes !== null) && hasAllShards(found),
  };
}

/** `model-00002-of-00004.safetensors`: as many files as the last number says. */
function hasAllShards(files: readonly FileSize[]): boolean {
  const totals = files.map(({ name }) => Number(/-of-(\d{1,6})\./.exec(name)?.[1] ?? 0));
  const total = Math.max(...totals);
  return total === 0 || totals.filter((one) => one === total).length >= total;
}

export interface WeightIndex {
  totalBytes: number | null;
  files: ReadonlySet<string>;
}

/** `model.safetensors.index.json`; null when it is none. */
export function readWeightIndex(value: unknown): WeightIndex | null {
  const map = property(value, "weight_map");
  if (!isObject(map)) return null;
  const total = property(property(value, "metadata"), "total_size");
  return {
    totalBytes: typeof total === "number" && Number.isFinite(total) && total > 0 ? total : null,
    files: new Set(Object.values(map).filter((name) => typeof name === "string")),
  };
}
