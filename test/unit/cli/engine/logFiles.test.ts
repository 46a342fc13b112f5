import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { KEPT_ENGINES, newestLog, newLogFile } from "../../../../server/src/cli/engine/logFiles.io.ts";
import { tempFolder } from "../../../support/tempFolder.ts";

/** Logs of engines-0 (the oldest) and so on, each a minute after the one before, with a rotated part. */
async function folderOfLogs(count: number): Promise<string> {
  const state = await tempFolder();
  await mkdir(path.join(state, "logs"));
  await mkdir(path.join(state, "engines"));
  for (let number = 0; number < count; number++) {
    for (const name of [`engine-${number}.log`, `engine-${number}.log.1`]) {
      const file = path.join(state, "logs", name);
      await writeFile(file, "INFO\n");
      await utimes(file, number * 60, number * 60);
    }
  }
  return state;
}

test("a new engine's log takes the place of the oldest ended engine's, rotated parts and all", async () => {
  const state = await folderOfLogs(KEPT_ENGINES + 2);
  const file = await newLogFile(state, "engine-new");
  expect(file).toBe(path.join(state, "logs", "engine-new.log"));
  const left = await readdir(path.join(state, "logs"));
  expect(left).toHaveLength(2 * (KEPT_ENGINES - 1));
  for (const gone of [0, 1, 2]) expect(left.join(" ")).not.toMatch(new RegExp(`engine-${gone}\\.log`));
  expect(left).toContain("engine-3.log.1");
});

test("an engine of which there is a record keeps its log, however old, and files of others are left alone", async () => {
  const state = await folderOfLogs(KEPT_ENGINES + 2);
  await writeFile(path.join(state, "engines", "engine-0.json"), "{}");
  await writeFile(path.join(state, "logs", "notes.txt"), "mine");
  await newLogFile(state, "engine-new");
  const left = await readdir(path.join(state, "logs"));
  expect(left).toEqual(expect.arrayContaining(["engine-0.log", "engine-0.log.1", "notes.txt"]));
  expect(left).not.toContain("engine-1.log");
});

test("the newest log is the one that was written to last; before the first engine there is none", async () => {
  const state = await folderOfLogs(3);
  expect(await newestLog(state)).toBe(path.join(state, "logs", "engine-2.log"));
  await utimes(path.join(state, "logs", "engine-0.log"), 9_000, 9_000);
  expect(await newestLog(state)).toBe(path.join(state, "logs", "engine-0.log"));
  const empty = await tempFolder();
  expect(await newestLog(empty)).toBeNull();
  expect(await newLogFile(empty, "engine-a")).toBe(path.join(empty, "logs", "engine-a.log"));
});
