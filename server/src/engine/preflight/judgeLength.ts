/** Weights and context against GPU memory and against the model's own limit. */
import { estimateFit, type Fit } from "../model/fit.ts";
import { count, gib } from "../model/fitSentence.ts";
import { readFitSettings } from "../model/fitSettings.ts";
import { loadedWeights } from "../model/loadedWeights.ts";
import { finding, severityOf, type PreflightFinding, type PreflightInput } from "./finding.ts";
import { isCpuBuild, usedGpus } from "./usedGpus.ts";

const LENGTH_FLAG = "max-model-len";

/** The fit that the preflight judges by; on a CPU build no GPU memory is assumed. */
export function preflightFit(input: PreflightInput): Fit {
  const { taken, visible } = usedGpus(input);
  const sizes = (taken.length > 0 ? taken : (visible ?? []))
    .map(({ totalMiB }) => totalMiB)
    .filter((size) => size !== null);
  // Among different GPUs one cannot tell which are taken: then the largest decides, so that nothing is refused wrongly.
  const mebibytes = sizes.length === 0 ? null : taken.length > 0 ? Math.min(...sizes) : Math.max(...sizes);
  const settings = readFitSettings(input.profile);
  return estimateFit({
    shape: input.model.shape,
    weights: loadedWeights(input.model, settings),
    gpuGiB: mebibytes === null || isCpuBuild(input) ? null : mebibytes / 1024,
    settings,
    vllmVersion: input.vllmVersion,
    measured: input.measured,
  });
}

export function judgeLength(input: PreflightInput): PreflightFinding[] {
  return [...judgeModelLimit(input), ...judgeRoom(input, preflightFit(input))];
}

function judgeModelLimit(input: PreflightInput): PreflightFinding[] {
  const asked = readFitSettings(input.profile).maxModelLen;
  const limit = input.model.shape?.maxPositions ?? null;
  const allowed = { ...input.env, ...input.profile.env }["VLLM_ALLOW_LONG_MAX_MODEL_LEN"] === "1";
  const overridden = input.profile.flags["hf-overrides"] !== undefined || allowed;
  if (asked === null || limit === null || asked <= limit.tokens || overridden) return [];
  const text = `--${LENGTH_FLAG} ${asked} is more than the ${count(limit.tokens)} tokens that the model is made for. Set --${LENGTH_FLAG} ${limit.tokens}.`;
  const severity = limit.scaled ? "warn" : severityOf(input, LENGTH_FLAG);
  return [finding("length.model", severity, text, { flags: { [LENGTH_FLAG]: limit.tokens } })];
}

/** Only exact weights that exceed their share stop a start: all else is an estimate. */
function judgeRoom(input: PreflightInput, fit: Fit): PreflightFinding[] {
  const exact = input.model.weights !== null && input.model.weights.source !== "shape";
  const change = fit.suggestedMaxModelLen === null ? null : { flags: { [LENGTH_FLAG]: fit.suggestedMaxModelLen } };
  if (fit.fits === "no" && change === null) {
    const dummy = input.profile.flags["load-format"] === "dummy";
    const certain = exact && !dummy && input.profile.flags["quantization"] === undefined && withoutRoom(fit);
    const advice =
      "Take a smaller or quantized model, a larger share of the GPU, or more GPUs (--tensor-parallel-size).";
    return [finding("fit.weights", certain ? "stop" : "warn", `${fit.why} ${advice}`)];
  }
  if (change !== null) {
    // `engine tune` tries other lengths with these settings, so this is not said of the start at hand.
    const own = input.chosenByUser.has(LENGTH_FLAG) ? "" : " Runs and `engine start` take that length by themselves.";
    const text = `By the estimate there may be no room for one request of ${count(fit.maxModelLen ?? 0)} tokens: ${gib(fit.kvCacheGiB ?? 0)} are left for the KV cache. --${LENGTH_FLAG} ${fit.suggestedMaxModelLen ?? 0} has room.${own}`;
    return [finding("fit.length", "warn", text, change)];
  }
  if (fit.fits === "unknown" && fit.kvCacheGiB !== null) return [finding("fit.close", "warn", fit.why)];
  return fit.fits === "yes" ? [finding("fit.room", "info", fit.why)] : [];
}

/** Not even the weights have room: no error of the overhead's estimate changes that. */
function withoutRoom({ kvCacheGiB, overhead }: Fit): boolean {
  if (kvCacheGiB === null) return false;
  const besides = overhead === null ? 0 : overhead.activations + overhead.graphs + overhead.libraries;
  return kvCacheGiB + besides < 0;
}
