import { advice, finding, someFacts, type Facts, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { capturedNumber, said, wordsOf } from "../words.ts";

const patterns = [
  /NVIDIA driver on your system is too old/,
  /PTX was compiled with an unsupported toolchain/,
  /CUDA driver version is insufficient for CUDA runtime version/,
  /system has unsupported display driver \/ cuda driver combination/,
  /Error 80[34]:/,
  /cudaErrorInsufficientDriver|CUDA_ERROR_UNSUPPORTED_PTX_VERSION|CUDA_ERROR_SYSTEM_DRIVER_MISMATCH/,
  /forward compatibility was attempted on non supported HW/,
  /unsatisfied condition: cuda ?>= ?[\d.]+/,
  /driver version .{0,40}(?:too old|insufficient|does not support)/i,
];

/** The driver and the CUDA libraries do not fit together. */
export const driverTooOld: Rule = {
  cause: "driver_too_old",
  judge(failure, log) {
    if (!said(failure, patterns)) return null;
    const isContainer = /unsatisfied condition/.test(failure.message);
    return finding(failure, {
      cause: "driver_too_old",
      weight: failure.isFatal || isContainer ? "root" : "mention",
      summary: summaryOf(log, failure),
      facts: driverFacts(log, failure),
      remedies: [
        advice("Update the NVIDIA driver (580 or newer for CUDA 13), then restart the machine."),
        advice("Or install a vLLM build for the driver's CUDA version, such as its cu129 wheel."),
      ],
    });
  },
};

/** Said by PyTorch as a warning long before something fails for want of a GPU. */
export function driverWarning(log: Transcript): Failure | null {
  return log.failures.find((failure) => said(failure, patterns) !== null) ?? null;
}

export function driverFacts(log: Transcript, failure: Failure): Facts {
  return someFacts({
    driverCuda: capturedNumber(wordsOf(failure), /found version (\d+)/),
    cudaErrorCode: capturedNumber(wordsOf(failure), /Error (80\d):/),
    driver: log.lines
      .map((line) => /Driver Version: ([\d.]+)/.exec(line.text)?.[1])
      .find((version) => version !== undefined),
  });
}

export function summaryOf(log: Transcript, failure: Failure): string {
  const cuda = driverFacts(log, failure)["driverCuda"];
  // 12040 stands for CUDA 12.4.
  const version =
    typeof cuda === "number" ? ` (it knows CUDA ${String(Math.floor(cuda / 1000))}.${String((cuda % 1000) / 10)})` : "";
  return `The NVIDIA driver${version} does not fit the CUDA libraries that vLLM was built with.`;
}
