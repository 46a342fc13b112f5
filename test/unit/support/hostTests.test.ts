import { expect, test } from "vitest";
import type { HostLine } from "../../../scripts/vscode/host/hostResults.ts";
import { collectTests, hostTest } from "../../support/vscode/host/hostTest.ts";
import { runTests } from "../../support/vscode/host/runTests.ts";

async function run(files: Readonly<Record<string, () => Promise<unknown>>>) {
  const lines: HostLine[] = [];
  let tidied = 0;
  const failed = await runTests(await collectTests(files), {
    write: (line) => lines.push(line),
    afterEach: async () => {
      tidied++;
      await Promise.resolve();
    },
  });
  return { failed, tidied, lines, names: lines.map((line) => ("name" in line ? `${line.file}: ${line.name}` : line)) };
}

const suite =
  (...tests: readonly Parameters<typeof hostTest>[]) =>
  async () => {
    for (const one of tests) hostTest(...one);
    await Promise.resolve();
  };

test("runs all tests of all files in order, and tidies up after each", async () => {
  const ran = await run({
    "a.ts": suite(["one", () => undefined], ["two", () => Promise.reject(new Error("no"))]),
    "b.ts": suite(["three", () => undefined]),
  });
  expect(ran).toMatchObject({ failed: 1, tidied: 3, names: ["a.ts: one", "a.ts: two", "b.ts: three", { endOf: 3 }] });
  expect(ran.lines[0]).toMatchObject({ failure: null });
  expect(ran.lines[1]).toMatchObject({
    failure: { message: "no", stack: expect.stringContaining("hostTests.test.ts") },
  });
});

test("a test that does not end fails, and the next one runs", async () => {
  const ran = await run({
    "a.ts": suite(["hangs", () => new Promise(() => undefined), 5], ["goes on", () => undefined]),
  });
  expect(ran.lines[0]).toMatchObject({ failure: { message: "The test was not done after 0.005 s." } });
  expect(ran.lines[1]).toMatchObject({ failure: null });
});

test("a file that does not load, and one without tests, each are a failure", async () => {
  const ran = await run({
    "broken.ts": () => Promise.reject(new Error("no such module")),
    "empty.ts": () => Promise.resolve(),
  });
  expect(ran).toMatchObject({ failed: 2, names: ["broken.ts: loads", "empty.ts: has tests", { endOf: 2 }] });
});
