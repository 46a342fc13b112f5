/** The answer of `vllm-batch engine fit MODEL --json`, as far as a hover shows it. Pure. */
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";

export interface ModelFit {
  fits: "yes" | "no" | "unknown";
  gpu: string;
  gpuGiB: number;
  /** Left beside the weights; negative: so much is missing. */
  kvCacheGiB: number;
  /** The longest context that has room, in tokens; null: any. */
  largestLength: number | null;
  /** Why it cannot run on this GPU whatever its size, as the program put it. */
  stops: string[];
}

/** null where nothing can be said: no such model on this machine, no GPU, or too little is known of either. */
export function parseModelFit(json: string): ModelFit | null {
  const value = parseJson(json);
  const [fits, kvCacheGiB] = [property(value, "fits"), property(value, "kvCacheGiB")];
  const [gpu, gpuGiB] = [property(property(value, "gpu"), "name"), property(property(value, "gpu"), "memoryGiB")];
  if (fits !== "yes" && fits !== "no" && fits !== "unknown") return null;
  if (typeof gpuGiB !== "number" || typeof kvCacheGiB !== "number") return null;
  const largest = property(value, "largestMaxModelLen");
  return {
    fits,
    gpu: typeof gpu === "string" ? gpu : "GPU",
    gpuGiB,
    kvCacheGiB,
    largestLength: typeof largest === "number" ? largest : null,
    stops: stopsIn(property(value, "findings")),
  };
}

function stopsIn(findings: unknown): string[] {
  if (!Array.isArray(findings)) return [];
  return findings
    .filter((finding) => property(finding, "severity") === "stop")
    .map((finding) => property(finding, "text"))
    .filter((text) => typeof text === "string");
}
