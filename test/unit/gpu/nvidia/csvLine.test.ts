import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsvLine } from "../../../../server/src/gpu/nvidia/csvLine.ts";
import { queryColumns } from "../../../../server/src/gpu/nvidia/query.ts";

const columns = queryColumns(new Set());
const uuid = "GPU-6ff4b7d2-5a2f-1ad3-7b30-0d4fbb0b6c11";

describe("a row of nvidia-smi's", () => {
  test("gives every value", () => {
    const row = `2, 1, ${uuid}, 550.54.15, 24564, 1553, 23011, 7, 41, 22.40, 450.00, 8.9, NVIDIA GeForce RTX 4090`;
    expect(parseCsvLine(row, columns)).toEqual({
      count: 2,
      fault: null,
      sample: {
        index: 1,
        uuid,
        name: "NVIDIA GeForce RTX 4090",
        driver: "550.54.15",
        totalMiB: 24564,
        usedMiB: 1553,
        freeMiB: 23011,
        utilizationPercent: 7,
        temperatureC: 41,
        powerW: 22.4,
        powerLimitW: 450,
        computeCapability: "8.9",
      },
    });
  });

  test.each(["[N/A]", "[Not Supported]", "N/A", "[Insufficient Permissions]", "[Unknown]"])(
    "takes %s for not known, not for a fault",
    (cell) => {
      const row = `1, 0, ${uuid}, 580.126.09, ${cell}, ${cell}, ${cell}, 0, 38, 4.5, ${cell}, ${cell}, NVIDIA GB10`;
      const read = parseCsvLine(row, columns);
      expect(read?.fault).toBeNull();
      expect(read?.sample).toMatchObject({
        ...{ totalMiB: null, usedMiB: null, freeMiB: null, powerLimitW: null, computeCapability: null },
        ...{ temperatureC: 38, name: "NVIDIA GB10" },
      });
    },
  );

  test.each([
    ["[GPU is lost]", /GPU 1 \(NVIDIA GeForce RTX 4090\) is lost.*restart of the machine/],
    ["[GPU requires reset]", /GPU 1 .* needs a reset.*nvidia-smi -r/],
    ["[Unknown Error]", /GPU 1 .* answers with an error/],
    ["ERR!", /GPU 1 .* answers with an error \(ERR!\)/],
  ])("tells what %s means, and still gives the values that are there", (cell, words) => {
    const row = `2, 1, ${uuid}, 535.1, 24564, 10, 24000, ${cell}, ${cell}, ${cell}, 450.00, 8.9, NVIDIA GeForce RTX 4090`;
    const read = parseCsvLine(row, columns);
    expect(read?.fault).toMatch(words);
    expect(read?.sample).toMatchObject({ index: 1, totalMiB: 24564, utilizationPercent: null, powerW: null });
  });

  test("of which nothing is left but the fault gives the fault alone", () => {
    const row = `2, ${Array(11).fill("[GPU is lost]").join(", ")}, [GPU is lost]`;
    expect(parseCsvLine(row, columns)).toMatchObject({
      sample: null,
      count: 2,
      fault: expect.stringContaining("lost"),
    });
  });

  test("keeps a comma in the name, and a value with its unit", () => {
    const row = `1, 0, ${uuid}, 450.1, 24564 MiB, 10 MiB, 24000 MiB, 5 %, 41, 22.40 W, 450.00 W, 8.9, Odd, Inc. 5`;
    expect(parseCsvLine(row, columns)?.sample).toMatchObject({
      ...{ name: "Odd, Inc. 5", totalMiB: 24564, utilizationPercent: 5, powerW: 22.4 },
    });
  });

  test.each([
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    "No devices were found",
    "1, 0, GPU-6ff4",
    "one sentence, with, as, many, commas, as, a, row, has, and, then, some more, than that",
    "",
  ])("is not: %s", (line) => {
    expect(parseCsvLine(line, columns)).toBeNull();
  });

  test("is read without a throw, whatever it is", () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom("[N/A]", "ERR!", "1", "-3.5", "[GPU is lost]", "9".repeat(400)));
    const lines = fc.oneof(
      fc.string({ maxLength: 2_000 }),
      fc.array(cell, { maxLength: 30 }).map((cells) => cells.join(", ")),
    );
    fc.assert(
      fc.property(lines, (line) => {
        const sample = parseCsvLine(line, columns)?.sample ?? null;
        if (sample === null) return;
        for (const value of Object.values(sample)) expect(Number.isNaN(value)).toBe(false);
        expect(Number.isFinite(sample.index)).toBe(true);
      }),
    );
  });
});
