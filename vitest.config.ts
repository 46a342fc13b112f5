import { defineConfig } from "vitest/config";

const project = (name: string, overrides: Record<string, unknown> = {}) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], environment: "node" as const, ...overrides },
});

export default defineConfig({
  test: {
    // Two cores are the machine most of us have.
    maxWorkers: 2,
    projects: [
      project("unit", { testTimeout: 20_000 }),
      // Kills, full disks and whole runs: one file at a time, each with a deadline of its own.
      project("process", { fileParallelism: false, testTimeout: 300_000, hookTimeout: 120_000 }),
      // One real engine at a time: concurrent starts take several times as long (vLLM 0.32.0, seen).
      project("real", { fileParallelism: false, testTimeout: 600_000, hookTimeout: 300_000 }),
      // Needs a GPU: not part of `npm test`.
      project("gpu", { fileParallelism: false, testTimeout: 600_000, hookTimeout: 300_000 }),
      // One VS Code at a time: two windows on two cores are each more than twice as slow.
      project("host", { fileParallelism: false, globalSetup: "test/support/vscode/hostSetup.ts" }),
      project("e2e", {
        fileParallelism: false,
        globalSetup: "test/support/vscode/e2eSetup.ts",
        testTimeout: 180_000,
        hookTimeout: 120_000,
      }),
    ],
  },
});
