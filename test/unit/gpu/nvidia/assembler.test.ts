import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReadingAssembler } from "../../../../server/src/gpu/nvidia/assembler.ts";
import { queryArguments, queryColumns, refusedField } from "../../../../server/src/gpu/nvidia/query.ts";
import { restartDelayMs } from "../../../../server/src/gpu/nvidia/restarts.ts";

const columns = queryColumns(new Set());
const row = (index: number, count: number | string, used = 10): string =>
  `${count}, ${index}, GPU-${index}, 550.1, 24564, ${used}, 23000, 7, 41, 22.40, 450.00, 8.9, NVIDIA X`;
const lost =
  "Unable to determine the device handle for GPU1: 0000:0A:00.0: GPU is lost.  Reboot the system to recover this GPU";

const feed = (lines: readonly string[]) => {
  const assembler = new ReadingAssembler(columns);
  return lines
    .flatMap((line) => assembler.push(line))
    .map(({ gpus, fault }) => [gpus.map(({ index }) => index), fault]);
};

describe("lines of the loop become readings", () => {
  test("as soon as all GPUs that the driver counts have answered", () => {
    expect(feed([row(0, 2), row(1, 2), row(0, 2), row(1, 2)])).toEqual([
      [[0, 1], null],
      [[0, 1], null],
    ]);
  });

  test("where the driver does not tell how many there are, when one answers again", () => {
    expect(feed([row(0, "[N/A]"), row(1, "[N/A]"), row(0, "[N/A]")])).toEqual([[[0, 1], null]]);
  });

  test("a message stands for the GPU that is lost, whether it comes first or last", () => {
    const fault = expect.stringContaining("GPU 1 (at 0000:0A:00.0) is lost");
    expect(feed([row(0, 3), lost, row(2, 3)])).toEqual([[[0, 2], fault]]);
    expect(feed([lost, row(0, 3), row(2, 3)])).toEqual([[[0, 2], fault]]);
    expect(feed([row(0, 3), row(2, 3), lost, row(0, 3)])).toEqual([[[0, 2], fault]]);
  });

  test("a GPU that is silently missing is told of", () => {
    expect(feed([row(0, 3), row(2, 3), row(0, 3)])).toEqual([
      [[0, 2], "nvidia-smi counts 3 GPUs and tells of only 2."],
    ]);
  });

  test("the same message again begins the next round where no GPU answers at all", () => {
    expect(feed([lost, lost, lost])).toHaveLength(2);
  });

  test("what has begun can be had at the end, once", () => {
    const assembler = new ReadingAssembler(columns);
    assembler.push(row(0, 2));
    expect(assembler.flush()?.gpus).toHaveLength(1);
    expect(assembler.flush()).toBeNull();
  });

  test("of random lines, without a throw, and holding no more than one round", () => {
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        fc.constant(lost),
        fc.tuple(fc.nat(4), fc.nat(4)).map(([index, count]) => row(index, count)),
      ),
    );
    fc.assert(
      fc.property(lines, (input) => {
        const assembler = new ReadingAssembler(columns);
        const readings = input.flatMap((line) => assembler.push(line));
        for (const { gpus } of readings) {
          const indexes = gpus.map(({ index }) => index);
          expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
        }
        expect(assembler.flush()?.gpus.length ?? 0).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe("the query", () => {
  test("asks in whole seconds where it can, and never for processes", () => {
    expect(queryArguments(columns, 2_000).slice(-2)).toEqual(["-l", "2"]);
    expect(queryArguments(columns, 250).slice(-2)).toEqual(["-lms", "250"]);
    expect(queryArguments(columns, null).join(" ")).not.toMatch(/-l|apps|pmon/);
  });

  test("does without a field that the driver refuses, but not without the ones that tell GPUs apart", () => {
    expect(refusedField(`Field "compute_cap" is not a valid field to query.`)).toBe("compute_cap");
    expect(refusedField(`Field "index" is not a valid field to query.`)).toBeNull();
    expect(refusedField(`Field "something" is not a valid field to query.`)).toBeNull();
    expect(queryColumns(new Set(["compute_cap"]))).not.toContain("compute_cap");
  });
});

test("restarts come ever more seldom, at least once a minute", () => {
  expect([0, 1, 2, 3].map(restartDelayMs)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(restartDelayMs(1_000)).toBe(60_000);
});
