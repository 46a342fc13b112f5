import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readHead } from "../../../../client/src/files/readHead.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-head-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function headOf(content: string | Buffer): Promise<string[]> {
  const file = path.join(folder, "a.jsonl");
  await writeFile(file, content);
  return await readHead(file);
}

it("gives the first lines, whatever ends them", async () => {
  expect(await headOf("a\nb\r\nc\rd")).toEqual(["a", "b", "c", "d"]);
  expect(await headOf("")).toEqual([""]);
});

it("reads no more than the head of a large file", async () => {
  const lines = await headOf(`first\n${"x".repeat(10_000_000)}`);
  expect(lines[0]).toBe("first");
  expect(lines[1]?.length).toBeLessThan(70_000);
});

it("reads UTF-16", async () => {
  expect(await headOf(Buffer.from('\ufeff{"custom_id": 1}\n', "utf16le"))).toEqual(['{"custom_id": 1}', ""]);
});
