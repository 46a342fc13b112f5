import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { EngineLog } from "../../../../server/src/run/io/engineLog.io.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "engine-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string) => readFileSync(path.join(folder, name), "utf8");

it("writes lines by itself, and goes on where the last session ended", async () => {
  const log = new EngineLog(folder);
  log.add("one");
  log.add("two");
  await waitFor("the lines", () => existsSync(path.join(folder, "engine.log")));
  log.close();
  const next = new EngineLog(folder);
  next.add("three");
  next.close();
  expect(text("engine.log")).toBe("one\ntwo\nthree\n");
});

it("moves a file that is full out of the way, and keeps two of those", () => {
  for (let index = 1; index <= 5; index += 1) {
    // Each as a session of its own: a file counts that was there before.
    const log = new EngineLog(folder, 10);
    log.add(`line ${index}`);
    log.close();
  }
  expect(readdirSync(folder).sort()).toEqual(["engine.log", "engine.log.1", "engine.log.2"]);
  expect([text("engine.log"), text("engine.log.1"), text("engine.log.2")]).toEqual([
    "line 5\n",
    "line 4\n",
    "line 3\n",
  ]);
});

it("moves nothing for one line that is longer than a file may be", () => {
  const log = new EngineLog(folder, 10);
  log.add("x".repeat(100));
  log.close();
  expect(readdirSync(folder)).toEqual(["engine.log"]);
});

it("takes nothing after its end, and does not mind a folder that is gone", () => {
  const log = new EngineLog(folder);
  rmSync(folder, { recursive: true });
  log.add("lost");
  log.close();
  log.add("late");
  log.close();
  expect(existsSync(folder)).toBe(false);
});
