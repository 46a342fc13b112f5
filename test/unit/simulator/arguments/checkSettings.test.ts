import { expect, test } from "vitest";
import { checkSettings } from "../../../../server/src/simulator/arguments/checkSettings.ts";

const check = (key: string, value: number) => checkSettings(new Map([[key, value]]));

test.each([
  ["max-num-seqs", 0, "max_num_seqs\n  Input should be greater than or equal to 1"],
  ["block-size", 0, "block_size\n  Input should be greater than or equal to 1"],
  ["gpu-memory-utilization", 1.5, "gpu_memory_utilization\n  Input should be less than or equal to 1"],
  ["gpu-memory-utilization", 0, "gpu_memory_utilization\n  Input should be greater than 0"],
])("vLLM refuses --%s %d once it is running, with exit code 1", (key, value, text) => {
  expect(check(key, value)).toMatchObject({ exitCode: 1 });
  expect(check(key, value)?.message).toContain(text);
});

test.each([
  ["sim-speed", 0, "argument --sim-speed: must be greater than 0, but is 0"],
  ["sim-decode-ms", -1, "argument --sim-decode-ms: must be at least 0, but is -1"],
])("we refuse --%s %d at once, with exit code 2", (key, value, text) => {
  expect(check(key, value)).toMatchObject({ exitCode: 2 });
  expect(check(key, value)?.message).toContain(text);
});

test("the limits themselves are good", () => {
  const values = new Map([
    ["max-num-seqs", 1],
    ["max-num-queued-reqs", 0],
    ["sim-decode-ms", 0],
    ["sim-latency-ms", 0],
    ["gpu-memory-utilization", 1],
  ]);
  expect(checkSettings(values)).toBeUndefined();
});
