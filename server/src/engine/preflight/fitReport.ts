/** A fit as a table for people and as data for programs. */
import { concurrencyAt, type Fit } from "../model/fit.ts";
import { count, gib } from "../model/fitSentence.ts";
import type { ModelFacts, WeightFacts } from "../model/modelFacts.ts";
import type { PreflightFinding } from "./finding.ts";

export interface FitReport {
  model: string;
  place: ModelFacts["place"];
  fits: Fit["fits"];
  why: string;
  weightsGiB: number | null;
  weightsFrom: WeightFacts["source"] | null;
  kvPerTokenBytes: number | null;
  overheadGiB: number | null;
  kvCacheGiB: number | null;
  marginGiB: number;
  /** The asked length, or the model's own. */
  maxModelLen: number | null;
  largestMaxModelLen: number | null;
  suggestedMaxModelLen: number | null;
  concurrency: { tokens: number; requests: number }[];
  gpu: FitGpu;
  estimated: string[];
  unknown: string[];
  findings: PreflightFinding[];
}

export interface FitGpu {
  name: string | null;
  memoryGiB: number | null;
  computeCapability: number | string | null;
}

const lengths = [2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072];

const sources: Readonly<Record<WeightFacts["source"], string>> = {
  index: "said by the checkpoint's index",
  files: "size of its files",
  hub: "said by Hugging Face",
  shape: "estimated from config.json",
};

export function fitReport(model: ModelFacts, fit: Fit, gpu: FitGpu, findings: readonly PreflightFinding[]): FitReport {
  const longest = model.shape?.maxPositions?.tokens ?? Infinity;
  const asked = fit.maxModelLen === null ? [] : [fit.maxModelLen];
  const shown = [...new Set([...lengths.filter((length) => length <= longest), ...asked])].sort((a, b) => a - b);
  const hasRoom = (fit.kvCacheGiB ?? 0) > 0;
  const concurrency = (hasRoom ? shown : []).flatMap((tokens) => {
    const requests = concurrencyAt(fit, tokens);
    return requests === null ? [] : [{ tokens, requests: Math.round(requests * 100) / 100 }];
  });
  const { overhead } = fit;
  return {
    model: model.name,
    place: model.place,
    fits: fit.fits,
    why: fit.why,
    weightsGiB: fit.weightsGiB,
    weightsFrom: fit.weightsGiB === null ? null : (model.weights?.source ?? null),
    kvPerTokenBytes: fit.kvPerTokenBytes,
    overheadGiB: overhead === null ? null : overhead.libraries + overhead.activations + overhead.graphs,
    kvCacheGiB: fit.kvCacheGiB,
    marginGiB: fit.marginGiB,
    maxModelLen: fit.maxModelLen,
    largestMaxModelLen: fit.largestMaxModelLen,
    suggestedMaxModelLen: fit.suggestedMaxModelLen,
    concurrency,
    gpu,
    estimated: fit.estimated,
    unknown: fit.unknown,
    // The sentence and the table say what fits; the findings say the rest.
    findings: findings.filter(({ code }) => !code.startsWith("fit.")),
  };
}

const UNKNOWN = "unknown";

/** Lines of text: what was found, a verdict, and what to mind. */
export function fitTable(report: FitReport, fit: Fit): string {
  const { gpu, overheadGiB } = report;
  const parts = fit.overhead;
  const rows: [string, string][] = [
    ["GPU", gpuText(gpu)],
    [
      "weights",
      report.weightsGiB === null
        ? UNKNOWN
        : `${gib(report.weightsGiB)}${report.weightsFrom === null ? "" : ` (${sources[report.weightsFrom]})`}`,
    ],
    [
      "besides",
      overheadGiB === null || parts === null
        ? UNKNOWN
        : `about ${gib(overheadGiB)} (libraries ${parts.libraries.toFixed(1)}, largest step ${parts.activations.toFixed(1)}, CUDA graphs ${parts.graphs.toFixed(1)})`,
    ],
    ["KV cache", leftText(report)],
    [
      "per token",
      report.kvPerTokenBytes === null ? UNKNOWN : `${(report.kvPerTokenBytes / 1024).toFixed(1)} KiB${windowText(fit)}`,
    ],
    ["longest", lengthText(report)],
  ];
  const table = rows.map(([name, value]) => `${name.padEnd(10)} ${value}`);
  const atOnce = report.concurrency.map(
    ({ tokens, requests }) =>
      `${count(tokens).padStart(12)} tokens  ${requests.toFixed(requests < 10 ? 1 : 0).padStart(7)}`,
  );
  return [
    report.model,
    ...table,
    ...(atOnce.length === 0 ? [] : ["", "Requests that have room at once, each of", ...atOnce]),
    "",
    report.why,
    ...notes("Estimated", report.estimated),
    ...notes("Unknown", report.unknown),
    ...report.findings.map(({ severity, text }) => `${severity}: ${text}`),
  ].join("\n");
}

function gpuText({ name, memoryGiB, computeCapability }: FitGpu): string {
  const memory = memoryGiB === null ? "memory unknown" : gib(memoryGiB);
  const capability = computeCapability === null ? "" : `, compute capability ${computeCapability}`;
  return `${name === null ? "" : `${name}, `}${memory}${capability}`;
}

function leftText({ kvCacheGiB, marginGiB }: FitReport): string {
  if (kvCacheGiB === null) return UNKNOWN;
  const margin = marginGiB === 0 ? "" : `, give or take ${gib(marginGiB)}`;
  return kvCacheGiB < 0 ? `none: ${gib(-kvCacheGiB)} are missing${margin}` : `${gib(kvCacheGiB)} left${margin}`;
}

function windowText({ cost }: Fit): string {
  if (cost === null || cost.slidingPerToken === 0) return "";
  return `; beyond ${count(cost.slidingTokens)} tokens ${(cost.fullPerToken / 1024).toFixed(1)} KiB`;
}

function lengthText({ largestMaxModelLen, kvCacheGiB, maxModelLen }: FitReport): string {
  if (kvCacheGiB === null) return UNKNOWN;
  if (kvCacheGiB <= 0) return "none";
  if (largestMaxModelLen === null) return "any length";
  const asked = maxModelLen === null || maxModelLen <= largestMaxModelLen ? "" : ` (of ${count(maxModelLen)})`;
  return `${count(largestMaxModelLen)} tokens${asked}`;
}

function notes(title: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${title}: ${names.join("; ")}.`];
}
