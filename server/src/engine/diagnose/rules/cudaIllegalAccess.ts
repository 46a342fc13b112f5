import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { captured, capturedNumber, firstMatch, wordsOf } from "../words.ts";

const patterns = [
  /an illegal memory access was encountered/,
  /device-side assert triggered/,
  /unspecified launch failure/,
  /misaligned address/,
  /uncorrectable (?:NVLink|ECC) error/i,
  /an illegal instruction was encountered/,
  /the launch timed out and was terminated/,
  /CUDA error: (?:hardware stack error|invalid program counter|operation not permitted|unknown error|invalid argument)/,
  /CUBLAS_STATUS_(?:EXECUTION_FAILED|INTERNAL_ERROR)|CUDNN_STATUS_EXECUTION_FAILED/,
  /HSA_STATUS_ERROR_(?:MEMORY_APERTURE_VIOLATION|EXCEPTION)|Memory access fault by GPU/,
  /block: \[\d+,\d+,\d+\], thread: \[\d+,\d+,\d+\] Assertion .{0,300}failed/,
  /cudaError(?:Assert|IllegalAddress|LaunchFailure|ECCUncorrectable|MisalignedAddress)\b|hipErrorIllegalAddress/,
  /UR_RESULT_ERROR_DEVICE_LOST/,
  /(?:aicore|vector core) execution tim/i,
  /fallen off the bus/,
  /CUDA_ERROR_(?:ILLEGAL_ADDRESS|LAUNCH_FAILED|ASSERT|ECC_UNCORRECTABLE)/,
];
const xidLine = /NVRM: Xid \(PCI:([\da-f:.]+)\): (\d+)/i;
/** Hardware: no setting helps (NVIDIA's list of Xid errors). */
const hardware = new Set([48, 61, 62, 63, 64, 74, 79, 92, 94, 95, 119, 120]);

/** The GPU itself faulted: an illegal access, a failed assertion, a failed launch, or the hardware. */
export const cudaIllegalAccess: Rule = {
  cause: "cuda_illegal_access",
  judge(failure, log) {
    const words = wordsOf(failure);
    const match = firstMatch(words, patterns);
    const isXid = failure.origin === "kernel" || /NVRM: Xid/.test(words) ? xidLine.test(words) : false;
    if (!match && !isXid) return null;
    // At the start an unknown error means that the driver cannot be set up at all.
    if (match && /unknown error|operation not permitted|invalid argument/.test(match[0]) && log.readyLine === null)
      return null;
    return fault(failure, log, match?.[0] ?? null);
  },
};

function fault(failure: Failure, log: Transcript, match: string | null): Finding {
  const words = wordsOf(failure);
  const kernel = [failure, ...log.failures].find((other) => xidLine.test(other.message));
  const xid = kernel ? capturedNumber(kernel.message, /\): (\d+)/) : null;
  const error = captured(words, /CUDA error: ([^\n.(]{1,80})/)?.trim() ?? match?.replace(/^CUDA error: /, "") ?? null;
  const gpu = gpuOf(failure, log);
  const isHardware = (xid !== null && hardware.has(xid)) || /ECC|bus|NVLink/.test(error ?? "");
  // cuBLAS says it also for want of memory, and of a library that does not fit.
  const isVague = /INTERNAL_ERROR/.test(match ?? "");
  const card = gpu === null ? "The GPU" : `GPU ${String(gpu)}`;
  return finding(failure, {
    cause: "cuda_illegal_access",
    weight: failure.isFatal ? "root" : "symptom",
    confidence: xid !== null || (failure.isFatal && !isVague) ? "high" : "medium",
    summary: `${card} faulted: ${error ?? "see the kernel log"}${xid === null ? "" : ` (Xid ${String(xid)})`}.`,
    facts: someFacts({ cudaError: error, xid, gpu }),
    remedies: isHardware
      ? [
          advice(
            "This is the hardware (power, PCIe, memory): restart the machine, and have the card checked if it comes back.",
          ),
        ]
      : [
          advice("Start the engine again with the same settings."),
          advice("If it comes back: --enforce-eager, which does without CUDA graphs.", {
            flags: { "enforce-eager": true },
          }),
        ],
    alsoLines: kernel ? [kernel.line] : [],
  });
}

function gpuOf(failure: Failure, log: Transcript): number | null {
  const near = log.failures.find((other) => /Rank (\d+)\] Process group watchdog/.test(other.message));
  const rank =
    capturedNumber(failure.process ?? "", /(?:TP|_|-|rank)(\d+)$/) ??
    capturedNumber(wordsOf(failure), /\bRank (\d+)\]/) ??
    (near ? capturedNumber(near.message, /Rank (\d+)\]/) : null);
  return rank;
}
