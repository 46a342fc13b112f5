import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { capturedNumber, firstMatch, wordsOf } from "../words.ts";

const patterns = [
  /World size \((\d+)\) is larger than the number of available GPUs \((\d+)\)/,
  /Total number of attention heads \((\d+)\) must be divisible by tensor parallel size \((\d+)\)/,
  /number of (?:KV|key.value) heads .{0,40}(?:divisible|greater).{0,60}tensor.parallel/i,
  /tensor.parallel.size.{0,60}(?:must be divisible|must divide|is not divisible|cannot be divided)/i,
  /The number of required (?:GPU|CPU|\w+)s exceeds the total number of available/,
  /You don't have enough GPUs available in a current node/,
  /Tensor parallel size .{0,30}may exceed available GPUs/,
  /Tensor parallel size \((\d+)\) cannot be larger than the number of available GPUs \((\d+)\)/,
  /Cannot provide a placement group/,
  /Not enough resources to allocate \d+ (?:DP ranks|placement groups)/,
  /adjusted local rank \d+ is out of bounds/,
  /index \d+ is out of range for \w*VISIBLE_DEVICES/,
  /device-ids provides \d+ devices/,
  /is not divisible by (?:weight quantization )?(?:block_[nk]|min_thread_[nk])/,
  /input_size_per_partition = \d+ is not divisible/,
  /not aligned with the quantized weight shape.{0,60}tensor parallel size/s,
  /divisible by (?:the )?(?:[tedp]p|d?cp|pcp|world|(?:tensor|expert|data|pipeline|context)[ _]parallel)[ _]?size/i,
  /world[_ ]size \(\d+\).{0,80}(?:gpu count|visible devices|available GPUs)/i,
  /No available node types can fulfill resource request .{0,100}'GPU'/,
  /Ray does not allocate any GPUs on the driver node/,
  /size_[nk] = \d+ is not divisible by tile_[nk]_size/,
  /decrease DP\/TP\/PP/,
  /Pipeline parallelism is not supported for this model/,
  /(?:please )?(?:set|reduce|use|decrease).{0,30}tensor[_ -]parallel[_ -]size.{0,80}(?:GPUs|devices)/i,
];
const invalidDevice = [/invalid device ordinal/, /device >= 0 && device < num_gpus/, /cudaErrorInvalidDevice/];
const indivisible = /^AssertionError: (\d+) is not divisible by (\d+)/;
/** The code itself says it, where the assertion has no words. */
const shares = /^assert .*% .*(?:tp_size|tensor_parallel|tp_world|world_size)/;
const ray = /Unable to load Ray|Ray is required for multi-node|Failed to import Ray|No module named 'ray'/;

/** The parallel size against heads, blocks of the quantisation, or the number of GPUs. */
export const tensorParallelInvalid: Rule = {
  cause: "tensor_parallel_invalid",
  judge(failure, log) {
    const words = wordsOf(failure);
    const parallel = parallelSize(log);
    const asksForRay = ray.test(words);
    // vLLM turns to Ray only when the ranks do not fit on this machine's GPUs.
    if (asksForRay && (parallel ?? 1) > 1 && log.setting("distributed_executor_backend") !== "ray") {
      return tooFewGpus(failure, parallel);
    }
    const isMany = (parallel ?? 1) > 1 || /rank[1-9]|TP[1-9]|-[1-9]$|_[1-9]$/.test(failure.process ?? "");
    if (firstMatch(words, invalidDevice)) return isMany ? tooFewGpus(failure, parallel) : null;
    const isBare = failure.type === "AssertionError" && shares.test(failure.frames.at(-1)?.code ?? "");
    if (firstMatch(words, patterns) || (failure.isFatal && (isBare || indivisible.test(words))))
      return invalid(failure, log);
    return null;
  },
};

function parallelSize(log: Transcript): number | null {
  const size = Number(log.setting("tensor_parallel_size") ?? log.setting("tp") ?? Number.NaN);
  return Number.isInteger(size) ? size : null;
}

function tooFewGpus(failure: Failure, parallel: number | null): Finding {
  return finding(failure, {
    cause: "tensor_parallel_invalid",
    confidence: failure.isFatal ? "medium" : "low",
    summary: `More GPUs were asked for${parallel === null ? "" : ` (${String(parallel)})`} than this machine shows.`,
    facts: someFacts({ tensorParallel: parallel }),
    remedies: [advice("Lower --tensor-parallel-size to the number of GPUs that nvidia-smi lists. Ray adds none.")],
  });
}

function invalid(failure: Failure, log: Transcript): Finding {
  const words = wordsOf(failure);
  const world = capturedNumber(words, /World size \((\d+)\)/);
  const gpus =
    capturedNumber(words, /number of available GPUs \((\d+)\)/) ??
    capturedNumber(words, /Total number of devices: (\d+)/);
  const heads = capturedNumber(words, /attention heads \((\d+)\)/);
  const parallel = capturedNumber(words, /[Tt]ensor parallel size \((\d+)\)/) ?? parallelSize(log);
  const size = heads !== null && parallel !== null ? largestDivisor(heads, parallel) : gpus;
  return finding(failure, {
    cause: "tensor_parallel_invalid",
    weight: "root",
    confidence: failure.isFatal && (world !== null || heads !== null) ? "high" : "medium",
    summary: summary(world, gpus, heads, parallel),
    facts: someFacts({ worldSize: world, gpus, heads, tensorParallel: parallel }),
    remedies: [
      size === null || size < 1
        ? advice("Choose a smaller --tensor-parallel-size that divides the model's heads and is no more than the GPUs.")
        : advice(`Start with --tensor-parallel-size ${String(size)}.`, { flags: { "tensor-parallel-size": size } }),
    ],
  });
}

function summary(world: number | null, gpus: number | null, heads: number | null, parallel: number | null): string {
  if (world !== null && gpus !== null) return `${String(world)} GPUs were asked for, ${String(gpus)} are there.`;
  if (heads !== null) return `The model's ${String(heads)} attention heads cannot be divided by ${String(parallel)}.`;
  const size = parallel === null ? "The parallel size" : `A tensor parallel size of ${String(parallel)}`;
  return `${size} does not fit this model or the number of GPUs.`;
}

function largestDivisor(heads: number, below: number): number | null {
  for (let size = below - 1; size >= 1; size--) if (heads % size === 0) return size;
  return null;
}
