/** Do the GPUs suffice for the split, and can the model be split so? */
import { readFitSettings } from "../model/fitSettings.ts";
import { finding, severityOf, type PreflightFinding, type PreflightInput } from "./finding.ts";
import { isMultiNode, usedGpus } from "./usedGpus.ts";

const FLAG = "tensor-parallel-size";

export function judgeParallel(input: PreflightInput): PreflightFinding[] {
  const { tensorParallel, pipelineParallel } = readFitSettings(input.profile);
  if (tensorParallel < 1) return [];
  const heads = input.model.shape?.heads ?? null;
  const kvHeads = input.model.shape?.mla === null ? (input.model.shape.kvHeads ?? null) : null;
  const { visible, needed } = usedGpus(input);
  const perReplica = needed / (tensorParallel * pipelineParallel);
  const bounded = visible !== null && visible.length > 0 && !isMultiNode(input.profile);
  const most = bounded ? Math.floor(visible.length / (pipelineParallel * perReplica)) : Infinity;
  const best = largestSplit(Math.min(tensorParallel, most), heads, kvHeads);
  const change = best === null || best === tensorParallel ? null : { flags: { [FLAG]: best } };
  const advice = change === null ? "" : ` Set --${FLAG} ${best}.`;
  if (bounded && needed > visible.length) {
    const text = `${needed} GPUs are asked for (${splitText(tensorParallel, pipelineParallel, perReplica)}), and ${visible.length} can be used.${advice}`;
    return [finding("parallel.gpus", severityOf(input, FLAG), text, change)];
  }
  if (tensorParallel === 1 || divides(tensorParallel, heads, kvHeads)) return [];
  const what =
    heads !== null && heads % tensorParallel !== 0 ? `${heads} attention heads` : `${kvHeads ?? 0} key-value heads`;
  const text = `The model's ${what} cannot be split over ${tensorParallel} GPUs.${advice}`;
  return [finding("parallel.heads", severityOf(input, FLAG), text, change)];
}

function splitText(tensor: number, pipeline: number, replicas: number): string {
  const parts = [`tensor parallel ${tensor}`];
  if (pipeline > 1) parts.push(`pipeline parallel ${pipeline}`);
  if (replicas > 1) parts.push(`data parallel ${replicas}`);
  return parts.join(" × ");
}

/** Attention heads are split evenly; key-value heads evenly too, or repeated evenly when there are fewer. */
function divides(split: number, heads: number | null, kvHeads: number | null): boolean {
  if (heads !== null && heads % split !== 0) return false;
  return kvHeads === null || kvHeads % split === 0 || split % kvHeads === 0;
}

function largestSplit(most: number, heads: number | null, kvHeads: number | null): number | null {
  for (let split = Math.min(most, 1024); split >= 1; split--) if (divides(split, heads, kvHeads)) return split;
  return null;
}
