import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainExit, explainMessage } from "../../../../server/src/gpu/nvidia/messages.ts";

describe("what nvidia-smi says in sentences", () => {
  test.each([
    [
      "Unable to determine the device handle for GPU 0000:05:00.0: GPU is lost.  Reboot the system to recover this GPU",
      /^The GPU at 0000:05:00\.0 is lost.*restart of the machine/,
    ],
    [
      "Unable to determine the device handle for GPU1: 0000:0A:00.0: GPU is lost.  Reboot the system to recover this GPU",
      /^GPU 1 \(at 0000:0A:00\.0\) is lost/,
    ],
    [
      "Unable to determine the device handle for GPU0000:65:00.0: Unknown Error",
      /^The GPU at 0000:65:00\.0 does not answer its driver \(Unknown Error\)/,
    ],
    [
      "Unable to determine the device handle for gpu 0000:08:00.0: Unknown Error",
      /^The GPU at 0000:08:00\.0 does not answer/,
    ],
    [
      "Unable to determine the device handle for GPU1: 0000:34:00.0: Unknown Error",
      /^GPU 1 \(at 0000:34:00\.0\) does not answer its driver/,
    ],
    [
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
      /driver is not running/,
    ],
    ["Failed to initialize NVML: Driver/library version mismatch", /updated while it ran.*Restart the machine/],
    ["Failed to initialize NVML: Insufficient Permissions", /no access to \/dev\/nvidia/],
    ["Failed to initialize NVML: Unknown Error", /cannot be asked \(Unknown Error\).*container/],
    ["No devices were found", /sees no GPU/],
    ["WARNING: infoROM is corrupted at gpu 0000:65:00.0", /infoROM/],
    [
      "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.",
      /libnvidia-ml.*install the driver/,
    ],
  ])("%s", (line, words) => {
    expect(explainMessage(line)).toMatch(words);
  });

  test("is left alone where it is not known", () => {
    expect(explainMessage("NVML library version: 580.173")).toBeNull();
    expect(explainMessage("Please report this")).toBeNull();
  });

  test("never makes it throw or think for long", () => {
    fc.assert(fc.property(fc.string(), (line) => void explainMessage(line)));
    const long = `Unable to determine the device handle for GPU ${": ".repeat(50_000)}`;
    // What is not linear takes minutes, and the test its time-out.
    explainMessage(long);
    explainMessage(`Failed to initialize NVML: ${"blocked by ".repeat(20_000)}`);
  });
});

describe("how nvidia-smi ended", () => {
  test.each([
    [9, /exit code 9.*not loaded/],
    [15, /exit code 15.*fallen off the bus/],
    [18, /exit code 18.*updated while it ran/],
  ])("with code %i", (code, words) => {
    expect(explainExit(code, null, null)).toMatch(words);
  });

  test("otherwise is told with its last words", () => {
    expect(explainExit(255, null, "Something odd")).toBe(
      "nvidia-smi ended by itself (exit code 255). It said: Something odd",
    );
    expect(explainExit(null, "SIGSEGV", null)).toBe("nvidia-smi ended by itself (signal SIGSEGV).");
  });
});
