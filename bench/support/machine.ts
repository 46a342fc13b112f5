import { availableParallelism, cpus, totalmem } from "node:os";

/** `2 × AMD EPYC 9B14, 24 GB, linux x64, Node 24.21.0`. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${model}, ${memory} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
