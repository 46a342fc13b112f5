import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { captured, capturedNumber, firstMatch, passedThrough, wordsOf } from "../words.ts";
import { ncclOutOfMemory } from "./gpuMemoryNumbers.ts";

const sharedMemory = [
  /failed to extend \/dev\/shm|creating shared memory segment|\/dev\/shm\/nccl/,
  /No space left on device.{0,80}(?:\/dev\/shm|psm_)|(?:\/dev\/shm|psm_).{0,80}No space left on device/,
  /(?:\[Errno 28\]|os error 28|ENOSPC).{0,200}(?:\/dev\/shm|\/psm_)/,
  /insufficient shared memory \(shm\)/,
  // vLLM 0.32 looks before it allocates.
  /Insufficient space in \/dev\/shm/,
  /out of shared memory|Bus error.{0,40}(?:shm|shared memory)/i,
];
const stall =
  /Watchdog caught collective operation timeout|signal due to a collective timeout|WorkNCCL::checkTimeout|Heartbeat monitor timed out/i;
const patterns = [
  /NCCL error|ncclSystemError|ncclInternalError|ncclUnhandled\w+|ncclInvalidUsage|unhandled (?:system|cuda) error/,
  /NCCL WARN (?!.*(?:Call to (?:ibv|bind)|NET\/|ras\/))/,
  stall,
  /DistBackendError|DistNetworkError|DistStoreError/,
  /(?:Gloo|gloo).{0,80}(?:connectFullMesh|timed out|failed|Connection closed)/,
  /Timed out initializing process group|TCPStore.{0,80}(?:timed out|timeout)|wait timeout after \d+ms/,
  /Some NCCL operations have failed or timed out|taking the entire process down/,
  /RCCL|HCCL error/,
  /Cuda error \S{0,200}custom_all_reduce\.cuh?:\d+\b(?! '(?:an illegal|device-side|unspecified launch|misaligned))/,
];
const remoteEnd =
  /remote process exited|ncclRemoteError|Connection (?:refused|reset|closed)|Broken pipe|peer.{0,20}closed/i;
const space = /\[Errno 28\]/;

/** NCCL (or Gloo) cannot start or stalls. After another failure it is only noise. */
export const ncclError: Rule = {
  cause: "nccl_error",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isOfQueue = space.test(words) && passedThrough(failure, /shared_memory\.py$|shm_broadcast\.py$/);
    const isShared = isOfQueue || firstMatch(words, sharedMemory) !== null;
    if (!isShared && !firstMatch(words, patterns)) return null;
    const around = log.failures.filter(
      (other) => Math.abs(other.line - failure.line) <= 40 && /NCCL|nccl|shm/.test(other.message),
    );
    const all = [words, ...around.map((other) => other.message)].join("\n");
    // Then it names the reason itself, which is another cause.
    if (ncclOutOfMemory.test(words)) return null;
    const isSmall = isShared || firstMatch(all, sharedMemory) !== null;
    const isStall = stall.test(all);
    const isAlone = /DistStoreError|clients joined|client socket has timed out/.test(all);
    const isNoise = remoteEnd.test(words) && !failure.isFatal;
    return finding(failure, {
      cause: "nccl_error",
      weight: failure.isFatal ? "root" : "symptom",
      confidence: isNoise ? "low" : isAlone ? "medium" : failure.isFatal || isSmall || isStall ? "high" : "medium",
      summary: isSmall
        ? "The shared memory (/dev/shm) is too small for the processes and GPUs to talk over."
        : isStall
          ? "The GPUs waited for each other in vain: an NCCL operation ran into its time limit."
          : isAlone
            ? "One of the processes or machines that belong together did not come in time."
            : "NCCL, over which the GPUs talk, failed.",
      facts: someFacts({
        shmBytes: isSmall ? (capturedNumber(all, /\(size (\d+)\)/) ?? capturedNumber(all, /to (\d+) bytes/)) : null,
        errno: isSmall
          ? (capturedNumber(all, /error: No space left on device \((\d+)\)/) ?? capturedNumber(all, /Errno (\d+)/))
          : null,
        operation: captured(all, /OpType=(\w+)/),
        timeoutMs: capturedNumber(all, /Timeout\(ms\)=(\d+)/),
        ncclVersion: captured(all, /NCCL version ([\d.]*\d)/),
      }),
      remedies: isSmall
        ? [advice("Start the container with --ipc=host or --shm-size 16g.")]
        : isAlone
          ? [advice("Look into the logs of the others, and whether they reach the address and port of the first.")]
          : [
              advice("Start again with --disable-custom-all-reduce.", { flags: { "disable-custom-all-reduce": true } }),
              advice("Then NCCL_P2P_DISABLE=1; NCCL_DEBUG=INFO says more.", { env: { NCCL_P2P_DISABLE: "1" } }),
            ],
      alsoLines: isSmall ? around.slice(0, 2).map((other) => other.line) : [],
    });
  },
};
