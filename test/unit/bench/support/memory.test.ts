import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { memoryGrowth, watchMemory } from "../../../../bench/support/memory.ts";

const samples = (bytes: readonly number[]) => bytes.map((residentBytes, seconds) => ({ seconds, residentBytes }));

test("memory that rises at the start and then stays is flat", () => {
  expect(memoryGrowth(samples([10, 90, 100, 95, 100, 90, 100, 97, 99]))).toBe(1);
});

test("memory that goes on rising is not", () => {
  expect(memoryGrowth(samples([10, 20, 30, 40, 50, 60, 70, 80, 90]))).toBe(90 / 50);
});

test.runIf(process.platform === "linux")("sees the peak of a process and its end", async () => {
  const program = "const a = Buffer.alloc(150e6, 1); process.stdin.resume()";
  const child = spawn(process.execPath, ["-e", program], { stdio: ["pipe", "ignore", "inherit"] });
  const watched = watchMemory(child.pid ?? 0, 20);
  child.stdin.end();
  const { samples: seen, peakBytes } = await watched;
  expect(seen.length).toBeGreaterThan(1);
  expect(peakBytes).toBeGreaterThan(150e6);
  expect(peakBytes).toBeLessThan(400e6);
});
