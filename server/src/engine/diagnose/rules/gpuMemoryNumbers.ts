import { advice, someFacts, type Facts, type Finding } from "../finding.ts";
import type { Failure } from "../transcript/types.ts";
import { capturedGiB, capturedNumber, wordsOf } from "../words.ts";

/** NCCL's words, which tell no numbers. */
export const ncclOutOfMemory = /(?:Cuda|HIP) failure:? (?:\d+ )?'out of memory'/;
/** PyTorch's words, of all its back ends and versions. */
export const outOfMemory = [
  /(?:CUDA|HIP|XPU|NPU|HPU|MUSA) out of memory/,
  /(?:CUDA|HIP) (?:error|driver error|Error): out of memory/,
  /^(?:torch\.)?OutOfMemoryError(?:: (?!.*(?:killed due to the node|ray)))/,
  /Triton Error \[CUDA\]: out of memory/,
  ncclOutOfMemory,
  /RESOURCE_EXHAUSTED: .{0,80}allocat/i,
  /alloc device memory failed|Memory_Allocation_Failure\(/,
  /nrt_tensor_allocate .{0,40}Allocation Failure/,
  /cudaErrorMemoryAllocation|CUDA_ERROR_OUT_OF_MEMORY|hipErrorOutOfMemory|(?:UR|ZE)_RESULT_ERROR_OUT_OF_DEVICE_MEMORY/,
];
/** The numbers of PyTorch's message. */
export function memoryFacts(failure: Failure): Facts {
  const words = wordsOf(failure);
  return someFacts({
    triedGiB: capturedGiB(words, /Tried to allocate ([\d.]+) (\w+)/),
    totalGiB:
      capturedGiB(words, /total capacity of ([\d.]+) (\w+)/) ?? capturedGiB(words, /; ([\d.]+) (\w+) total capacity/),
    freeGiB: capturedGiB(words, /of which ([\d.]+) (\w+) is free/) ?? capturedGiB(words, /; ([\d.]+) (\w+) free/),
    gpu: capturedNumber(words, /GPU (\d+)/),
    otherProcessGiB: capturedGiB(words, /(?<!this )[Pp]rocess \d+ has ([\d.]+) (\w+) memory in use/),
    otherPid: capturedNumber(words, /(?<!this )[Pp]rocess (\d+) has [\d.]+ \w+ memory in use/),
  });
}

/** The same as the end of a sentence; empty without numbers. */
export function inNumbers(facts: Facts): string {
  const { triedGiB, freeGiB, totalGiB, gpu } = facts;
  if (typeof triedGiB !== "number") return "";
  const of = typeof totalGiB === "number" ? ` of ${String(totalGiB)} GiB` : "";
  const card = typeof gpu === "number" ? ` on GPU ${String(gpu)}` : "";
  return `: ${String(triedGiB)} GiB more were needed${card}, ${String(freeGiB ?? 0)}${of} were free`;
}

/** What to do about another process that the message names. */
export function otherProgram(facts: Facts): Finding["remedies"] {
  if (typeof facts["otherProcessGiB"] !== "number") return [];
  const who = `Process ${String(facts["otherPid"])} holds ${String(facts["otherProcessGiB"])} GiB of this card`;
  return [advice(`${who}: end it, or start one engine after the other, each with its own --gpu-memory-utilization.`)];
}
