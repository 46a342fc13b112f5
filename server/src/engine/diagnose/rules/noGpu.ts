import { advice, finding, someFacts, type Rule } from "../finding.ts";
import { captured, firstMatch, isAfterReady, wordsOf } from "../words.ts";
import { driverFacts, driverWarning, summaryOf } from "./driverTooOld.ts";

const patterns = [
  /Failed to infer device type/,
  /No CUDA GPUs are available/,
  /no CUDA-capable device is detected/,
  /Found no NVIDIA driver on your system/,
  /No (?:HIP|XPU|ROCm) (?:GPUs|devices?) (?:are )?(?:available|found)/i,
  /libcuda\.so(?:\.1)?: /,
  /libnvidia-ml\.so(?:\.1)?: /,
  /NVML Shared Library Not Found|NVMLError_\w+|Can't initialize NVML/,
  /Failed to initialize NVML/,
  /Driver\/library version mismatch/,
  /CUDA driver initialization failed, you might not have a CUDA gpu/,
  /CUDA initialization: .{0,60}(?:Unexpected error|unknown error)/,
  /CUDA (?:error|unknown error)[:-] ?(?:unknown error|CUDA unknown error|system not yet initialized)/,
  /CUDA unknown error/,
  /Error 802: system not yet initialized/,
  /cudaErrorNoDevice|CUDA_ERROR_NO_DEVICE|cudaErrorSystemNotReady/,
  /could not select device driver .{0,40}capabilities: \[\[gpu\]\]/,
  /nvidia-container-cli: .{0,80}(?:initialization error|driver|nvml|device)/i,
  /unknown or invalid runtime name: nvidia/,
  /(?:unknown device|CDI devices?).{0,40}nvidia\.com\/gpu|Auto-detected mode as 'legacy'/,
  /current platform \w* ?does not support (?:ray|cuda)/i,
  /Current node has no GPU available/,
  /device string|Device string must not be empty/,
  /Unable to determine the device handle for GPU/,
];
const notAlone = /Device string must not be empty|device string/;

/** No GPU is to be seen: none there, hidden, without a driver, or NVML is broken. */
export const noGpu: Rule = {
  cause: "no_gpu",
  judge(failure, log) {
    const words = wordsOf(failure);
    const match = firstMatch(words, patterns);
    if (!match) return null;
    // A GPU that an engine has been serving on is there: then it has faulted.
    if (/unknown error/.test(match[0]) && isAfterReady(failure, log)) return null;
    const driver = driverWarning(log);
    if (driver !== null && driver !== failure) {
      return finding(failure, {
        cause: "driver_too_old",
        summary: summaryOf(log, driver),
        facts: driverFacts(log, driver),
        remedies: [advice("Update the NVIDIA driver, or install a vLLM build for the driver's CUDA version.")],
        alsoLines: [driver.line],
      });
    }
    const isContainer = /nvidia-container-cli|could not select device driver|invalid runtime name|CDI device/.test(
      words,
    );
    return finding(failure, {
      cause: "no_gpu",
      weight: failure.isFatal || isContainer ? "root" : "mention",
      confidence: !failure.isFatal && !isContainer ? "low" : notAlone.test(match[0]) ? "medium" : "high",
      summary: "vLLM found no usable GPU.",
      facts: someFacts({
        missingLibrary: captured(words, /(lib(?:cuda|nvidia-ml)\.so(?:\.1)?)/),
        visibleDevices: log.setting("CUDA_VISIBLE_DEVICES"),
      }),
      remedies: [
        advice(
          "Look at nvidia-smi: the driver must be loaded and list the GPU; after a driver update restart the machine.",
        ),
        advice(
          "In a container pass the GPUs on (docker run --gpus all), and see that CUDA_VISIBLE_DEVICES hides none.",
        ),
        advice("Without a GPU, install vLLM's CPU build."),
      ],
    });
  },
};
