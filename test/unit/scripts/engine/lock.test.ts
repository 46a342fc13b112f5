import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeLock } from "../../../../scripts/engine/lock.ts";
import { groupMembers, waitForEmptyGroup } from "../../../../scripts/engine/processes.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";

const lockModule = path.resolve(import.meta.dirname, "../../../../scripts/engine/lock.ts");
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lock-"));
  file = path.join(folder, "lock");
});
afterEach(() => rm(folder, { recursive: true }));

describe("takeLock", () => {
  it("lets one in at a time", async () => {
    const first = await takeLock(file, { timeoutMs: 10_000 });
    let second: string = "waits";
    const other = takeLock(file, { timeoutMs: 10_000 }).then((lock) => {
      second = "has it";
      return lock;
    });
    await expect(takeLock(file, { timeoutMs: 100 })).rejects.toThrow(/was held by somebody else/);
    expect(second).toBe("waits");
    await first.release();
    await (await other).release();
  });

  it("says that it waits", async () => {
    const first = await takeLock(file, { timeoutMs: 10_000 });
    const waits: string[] = [];
    await expect(takeLock(file, { timeoutMs: 50, onWait: () => waits.push("waits") })).rejects.toThrow(/fuser/);
    expect(waits).toEqual(["waits"]);
    await first.release();
  });

  it("says which file cannot be locked", async () => {
    const missing = path.join(folder, "missing", "lock");
    await expect(takeLock(missing, { timeoutMs: 10_000 })).rejects.toThrow(`${missing} could not be locked`);
  });

  it("kills the guarded group and is free when the holder is killed", async () => {
    // A group of its own, as an engine has: a shell and its child.
    const group = spawn("sh", ["-c", "sleep 600 & wait"], { detached: true, stdio: "ignore" });
    await once(group, "spawn");
    const groupId = group.pid ?? 0;
    await waitFor("both", async () => (await groupMembers(groupId)).length === 2);
    const script = `import { takeLock } from ${JSON.stringify(lockModule)};
      const lock = await takeLock(process.argv[1], { timeoutMs: 10000 });
      lock.guard(Number(process.argv[2]));
      console.log("held");
      setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ["--input-type=module", "-e", script, file, String(groupId)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data");
    expect(await groupMembers(groupId)).toHaveLength(2);
    holder.kill("SIGKILL");
    const lock = await takeLock(file, { timeoutMs: 10_000 });
    // The signal was sent before the lock was free; the kernel may take a moment to see to it.
    expect(await waitForEmptyGroup(groupId, 10_000)).toEqual([]);
    await lock.release();
  });

  it("leaves a group alone that is no longer guarded", async () => {
    const group = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    await once(group, "spawn");
    const groupId = group.pid ?? 0;
    const lock = await takeLock(file, { timeoutMs: 10_000 });
    lock.guard(groupId);
    lock.guard(null);
    await lock.release();
    expect(await groupMembers(groupId)).toHaveLength(1);
    group.kill("SIGKILL");
  });
});
