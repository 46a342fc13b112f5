import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAmdSmi } from "../../../../server/src/gpu/others/amdSmi.ts";
import { parseIoreg } from "../../../../server/src/gpu/others/ioreg.ts";
import { parseRocmSmi } from "../../../../server/src/gpu/others/rocmSmi.ts";

describe("rocm-smi", () => {
  const answer = {
    card1: { "GPU use (%)": "3", "Card Series": "AMD Radeon RX 6800", "VRAM Total Memory (B)": "N/A" },
    card0: {
      "Unique ID": "0x5d5e1f3a",
      "GPU use (%)": "37",
      "VRAM Total Memory (B)": "21458059264",
      "VRAM Total Used Memory (B)": "27856896",
      "Temperature (Sensor edge) (C)": "44.0",
      "Average Graphics Package Power (W)": "22.0",
      "Max Graphics Package Power (W)": "281.0",
      "Card Series": "Radeon RX 7900 XT",
    },
    system: { "Driver version": "6.12.12" },
  };

  test("tells its cards, in order", () => {
    const { gpus, fault } = parseRocmSmi(JSON.stringify(answer));
    expect(fault).toBeNull();
    expect(gpus).toEqual([
      {
        ...{ index: 0, uuid: "0x5d5e1f3a", name: "Radeon RX 7900 XT", driver: "6.12.12", computeCapability: null },
        ...{ totalMiB: 20464, usedMiB: 27, freeMiB: 20437, utilizationPercent: 37, temperatureC: 44 },
        ...{ powerW: 22, powerLimitW: 281 },
      },
      expect.objectContaining({ index: 1, uuid: "card1", totalMiB: null, freeMiB: null, utilizationPercent: 3 }),
    ]);
  });

  test("is read behind a warning, and what is no answer is a fault", () => {
    expect(
      parseRocmSmi(`WARNING: AMD GPU device(s) is/are in a low-power state.\n\n${JSON.stringify(answer)}\n`).gpus,
    ).toHaveLength(2);
    expect(parseRocmSmi(`[WARNING] low power\n${JSON.stringify(answer)}`).gpus).toHaveLength(2);
    expect(parseRocmSmi("")).toEqual({ gpus: [], fault: "rocm-smi gave no answer that could be read." });
  });
});

describe("amd-smi", () => {
  const gpu = {
    gpu: 1,
    usage: { gfx_activity: { value: 47, unit: "%" } },
    power: { socket_power: { value: 91, unit: "W" } },
    temperature: { edge: "N/A", hotspot: { value: 55, unit: "C" } },
    mem_usage: { total_vram: { value: 32704, unit: "MB" }, used_vram: { value: 4096, unit: "MB" } },
  };

  test.each([
    ["ROCm 6", [gpu]],
    ["ROCm 7", { gpu_data: [gpu] }],
  ])("tells its GPUs as %s writes them", (_, answer) => {
    expect(parseAmdSmi(JSON.stringify(answer)).gpus).toEqual([
      expect.objectContaining({
        ...{ index: 1, totalMiB: 32704, usedMiB: 4096, freeMiB: 28608, utilizationPercent: 47 },
        ...{ temperatureC: 55, powerW: 91 },
      }),
    ]);
  });

  test("may know nothing", () => {
    const answer = JSON.stringify([{ gpu: 0, usage: "N/A", mem_usage: "N/A" }]);
    expect(parseAmdSmi(answer).gpus[0]).toMatchObject({ totalMiB: null, utilizationPercent: null });
    expect(parseAmdSmi("Traceback").fault).toMatch(/amd-smi/);
  });
});

describe("ioreg", () => {
  test("tells a Mac's load and the memory in use, not the driver's own that is named alike", () => {
    const output = [
      "+-o AGXAcceleratorG16G  <class AGXAcceleratorG16G, id 0x1000006a2, registered>",
      "    {",
      `      "model" = "Apple M4"`,
      `      "IOReportLegend" = ({"IOReportChannels"=((1,2,"In use system memory"))})`,
      `      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Device Utilization %"=37,"In use system memory"=19327352832}`,
      "    }",
    ].join("\n");
    const { gpus } = parseIoreg(output, 24 * 1024 ** 3);
    expect(gpus).toEqual([
      expect.objectContaining({
        ...{ name: "Apple M4", totalMiB: 24576, usedMiB: 18432, freeMiB: null, utilizationPercent: 37 },
      }),
    ]);
  });
});

test("none of them throws, whatever it reads", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseRocmSmi(text);
      parseAmdSmi(text);
      parseIoreg(text, 1);
    }),
  );
});
