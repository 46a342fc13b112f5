import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { isFileLocked, takeFileLock } from "../../../server/src/util/fileLock.io.ts";

test("a lock is one's own until it is released", async () => {
  const file = path.join(await mkdtemp(path.join(tmpdir(), "file-lock-")), "lock");
  expect(isFileLocked(file)).toBe(false);
  const lock = takeFileLock(file);
  expect(lock).not.toBeNull();
  expect(takeFileLock(file, 0)).toBeNull();
  expect(isFileLocked(file)).toBe(true);
  lock?.release();
  lock?.release();
  expect(isFileLocked(file)).toBe(false);
  takeFileLock(file, 0)?.release();
});

test("a file that cannot be locked says so", () => {
  expect(() => takeFileLock("/nowhere/at/all/lock")).toThrow();
});
