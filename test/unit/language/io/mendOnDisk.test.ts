import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { mendOnDisk } from "../../../../server/src/language/io/mendOnDisk.io.ts";
import { requestLine } from "../../../support/openFile.ts";

let folder: string;
let file: string;
const original = requestLine("a", { model: "llama3.1:8b" });

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-mend-"));
  file = path.join(folder, "batch.jsonl");
  await writeFile(file, original);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test("keeps a copy of what it mends", async () => {
  const { signal } = new AbortController();
  await mendOnDisk(file, `${file}.bak`, { target: "vllm", suggested: false, signal });
  expect(await readFile(file, "utf8")).toContain("meta-llama/Llama-3.1-8B-Instruct");
  expect(await readFile(`${file}.bak`, "utf8")).toBe(original);
});

test("leaves everything as it was when it is stopped", async () => {
  const stopped = new AbortController();
  stopped.abort();
  const mending = mendOnDisk(file, `${file}.bak`, { target: "vllm", suggested: false, signal: stopped.signal });
  await expect(mending).rejects.toThrow(/abort/);
  expect(await readdir(folder)).toEqual(["batch.jsonl"]);
  expect(await readFile(file, "utf8")).toBe(original);
});

test("never takes away a copy that was there before", async () => {
  await writeFile(`${file}.bak`, "mine");
  const stopped = new AbortController();
  stopped.abort();
  const mending = mendOnDisk(file, `${file}.bak`, { target: "vllm", suggested: false, signal: stopped.signal });
  await expect(mending).rejects.toThrow(/EEXIST/);
  expect(await readFile(`${file}.bak`, "utf8")).toBe("mine");
});
