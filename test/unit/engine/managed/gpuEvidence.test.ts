import { describe, expect, test } from "vitest";
import { gpuPast, withGpuEvidence, type GpuPast } from "../../../../server/src/engine/managed/gpuEvidence.ts";
import { GpuHistory } from "../../../../server/src/gpu/history.ts";
import { parseCsvLine } from "../../../../server/src/gpu/nvidia/csvLine.ts";
import { explainMessage } from "../../../../server/src/gpu/nvidia/messages.ts";
import type { Diagnosis, EngineCause } from "../../../../server/src/protocol/engine.ts";

const diagnosis = (cause: EngineCause, confidence: Diagnosis["confidence"] = "high"): Diagnosis => ({
  ...{ cause, confidence, summary: "It ended.", evidence: [], facts: {} },
  remedies: [{ text: "Start it again", change: null }],
});
const past = (change: Partial<GpuPast>): GpuPast => ({
  ...{ name: "X", usedMiB: 20_000, temperatureC: 60, utilizationPercent: 50, powerW: 200 },
  ...change,
});
const lost = explainMessage("Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.  Reboot") ?? "";

describe("what the GPUs say to a diagnosis", () => {
  test("a GPU that is gone is the cause, where the log tells only that something ended", () => {
    const seen = withGpuEvidence(diagnosis("worker_died"), lost, []);
    expect(seen).toMatchObject({ cause: "cuda_illegal_access", confidence: "medium", facts: { gpuFault: lost } });
    expect(seen.summary).toContain("fallen off the bus");
    expect(seen.remedies[0]?.text).toContain("Restart the machine");
  });

  test("it is not where the log knows better, and is said all the same", () => {
    const seen = withGpuEvidence(diagnosis("disk_full"), lost, []);
    expect(seen).toMatchObject({ cause: "disk_full", confidence: "high", facts: { gpuFault: lost } });
    expect(seen.summary).toContain("fallen off the bus");
  });

  test("a tool that hangs is a fact, and explains nothing", () => {
    const fault = "nvidia-smi has said nothing for 21 s and was ended: the driver may hang.";
    expect(withGpuEvidence(diagnosis("unknown", "low"), fault, [])).toMatchObject({
      cause: "unknown",
      summary: "It ended.",
      facts: { gpuFault: fault },
    });
  });

  test("of a hang: whether the GPU worked meanwhile", () => {
    const summary = (percent: number | null) =>
      withGpuEvidence(diagnosis("engine_hang"), null, [past({ utilizationPercent: percent })]).summary;
    expect(summary(0)).toContain("next to nothing meanwhile (0 % load)");
    expect(summary(96)).toContain("at 96 % load meanwhile");
    expect([summary(50), summary(null)]).toEqual(["It ended.", "It ended."]);
    expect(withGpuEvidence(diagnosis("worker_died"), null, [past({ utilizationPercent: 0 })]).summary).toBe(
      "It ended.",
    );
  });

  test("heat at which cards switch off is said, and less is not", () => {
    const seen = (temperatureC: number) => withGpuEvidence(diagnosis("worker_died"), null, [past({ temperatureC })]);
    expect(seen(97)).toMatchObject({ cause: "worker_died", facts: { gpuTemperatureC: 97 } });
    expect(seen(84).summary).toBe("It ended.");
  });

  test("without a GPU it stays as it was", () => {
    expect(withGpuEvidence(diagnosis("engine_hang"), null, [])).toEqual(diagnosis("engine_hang"));
  });
});

test("each sentence of nvidia-smi's that means that a GPU is gone is taken for that", () => {
  const row = (cell: string) => parseCsvLine(`1, ${cell}, ${cell}, X`, ["index", "uuid", "memory.used", "name"]);
  const said = [
    explainMessage("No devices were found"),
    explainMessage("Unable to determine the device handle for GPU0: 0000:05:00.0: Unknown Error"),
    row("[GPU is lost]")?.fault ?? null,
    row("[GPU requires reset]")?.fault ?? null,
  ];
  for (const fault of said) {
    expect(withGpuEvidence(diagnosis("unknown", "low"), fault, []).cause).toBe("cuda_illegal_access");
  }
});

test("the past of a GPU has its peaks and means since a moment, also of one that is gone", () => {
  const history = new GpuHistory();
  const begin = Date.parse("2026-11-21T20:00:00.000Z");
  const add = (second: number, usedMiB: number, utilizationPercent: number) =>
    history.add({
      at: new Date(begin + second * 1000).toISOString(),
      gpus: [
        {
          ...{ index: 0, uuid: "a", name: "X", driver: null, totalMiB: 24_000, usedMiB, freeMiB: null },
          ...{ utilizationPercent, temperatureC: 60, powerW: null, powerLimitW: null, computeCapability: null },
        },
      ],
      ...{ fault: null, tool: "nvidia-smi" },
    });
  add(0, 23_000, 100);
  add(10, 9_000, 90);
  add(11, 8_000, 70);
  history.add({ at: new Date(begin + 12_000).toISOString(), gpus: [], fault: lost, tool: "nvidia-smi" });
  expect(gpuPast(history, begin + 5_000, null)).toEqual([
    { name: "X", usedMiB: 9_000, temperatureC: 60, utilizationPercent: 80, powerW: null },
  ]);
  expect(gpuPast(history, begin + 60_000, null)).toEqual([]);
  expect(gpuPast(history, begin + 5_000, ["a", "b"])).toHaveLength(1);
  expect(gpuPast(history, begin + 5_000, ["b"]), "one that others use").toEqual([]);
});
