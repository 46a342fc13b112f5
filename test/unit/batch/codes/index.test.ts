import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CodeEntry } from "../../../../server/src/batch/codes/code.ts";
import { problemCodes } from "../../../../server/src/batch/codes/index.ts";
import { judgeFile } from "../../../../server/src/batch/io/checkFile.io.ts";
import { fixFile } from "../../../../server/src/batch/io/fixFile.io.ts";
import type { Problem } from "../../../../server/src/protocol/problem.ts";

const entries = problemCodes.flatMap(({ codes }) => codes);
const shown = entries.filter(({ tooBigToShow }) => tooBigToShow === undefined);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "codes-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string, encode: CodeEntry["encode"]): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, Buffer.from(text, encode ?? "utf8"));
  return file;
}

async function problemsOf(file: string, { target = "vllm", userModels = {} }: CodeEntry): Promise<Problem[]> {
  const problems: Problem[] = [];
  await judgeFile(file, { target, userModels, onProblem: (problem) => void problems.push(problem) });
  return problems;
}

describe("the catalogue of problem codes", () => {
  test("names each code once", () => {
    const codes = entries.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test.each(shown.map((entry) => [entry.code, entry] as const))("%s: the bad example has it", async (code, entry) => {
    const file = await write(`${code}.bad.jsonl`, entry.bad, entry.encode);
    const found = (await problemsOf(file, entry)).find((problem) => problem.code === code);
    expect(found).toMatchObject({ severity: entry.severity, fix: entry.fix });
    if (code.startsWith("file.") || code === "encoding.utf16") expect(found?.line).toBe(1);
  });

  test.each(shown.map((entry) => [entry.code, entry] as const))(
    "%s: the good example has none",
    async (code, entry) => {
      const file = await write(`${code}.good.jsonl`, entry.good, undefined);
      expect(await problemsOf(file, entry)).toEqual([]);
    },
  );

  const fixable = shown.filter(({ fix }) => fix !== null);
  test.each(fixable.map((entry) => [entry.code, entry] as const))("%s: its fix mends it", async (code, entry) => {
    const { target = "vllm", userModels = {} } = entry;
    const file = await write(`${code}.fix.jsonl`, entry.bad, entry.encode);
    const output = path.join(folder, `${code}.fixed.jsonl`);
    const left = await fixFile(file, output, { target, userModels, suggested: entry.fix === "suggested" });
    expect(left.applied[code]).toBeGreaterThan(0);
    expect(left.left).not.toHaveProperty(code);
  });
});
