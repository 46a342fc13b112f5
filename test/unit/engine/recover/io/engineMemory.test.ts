import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEngineMemory, updateEngineMemory } from "../../../../../server/src/engine/recover/io/engineMemory.io.ts";
import {
  emptyMemory,
  rememberStart,
  type StartedEngine,
} from "../../../../../server/src/engine/recover/lastKnownGood.ts";
import { aProfile } from "../../../../support/engine/crash.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "engine-memory-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const start = (model: string): StartedEngine => ({
  model,
  gpus: [],
  vllm: null,
  driver: null,
  profile: aProfile(),
  at: "2026-11-21T23:27:00.000Z",
});

test("is empty at first, and made with its folder, for the user alone", async () => {
  const state = path.join(folder, "state", "vllm-batch");
  expect(await readEngineMemory(state)).toEqual(emptyMemory);
  await updateEngineMemory(state, (memory) => rememberStart(memory, start("a")));
  await updateEngineMemory(state, (memory) => rememberStart(memory, start("b")));
  expect((await readEngineMemory(state)).starts.map(({ model }) => model)).toEqual(["b", "a"]);
  expect((await stat(path.join(state, "last-known-good.json"))).mode & 0o777).toBe(0o600);
  expect((await stat(state)).mode & 0o777).toBe(0o700);
  expect(await readdir(state)).toEqual(["last-known-good.json"]);
});

test("stays as it was when a change fails", async () => {
  await updateEngineMemory(folder, (memory) => rememberStart(memory, start("a")));
  const before = await readFile(path.join(folder, "last-known-good.json"), "utf8");
  const failing = updateEngineMemory(folder, () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await readFile(path.join(folder, "last-known-good.json"), "utf8")).toBe(before);
});

test("a damaged file counts as empty", async () => {
  await writeFile(path.join(folder, "last-known-good.json"), '{"version":1,"good":[');
  expect(await readEngineMemory(folder)).toEqual(emptyMemory);
});

test("a file that cannot be read is an error", async () => {
  await expect(readEngineMemory(path.join(folder, "\0"))).rejects.toThrow();
});
