import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { groupMembers, processInfo, waitForEmptyGroup } from "../../../../scripts/engine/processes.ts";

describe("processInfo", () => {
  it("names a process by pid and start", async () => {
    const first = await processInfo(process.pid);
    expect(first).toMatchObject({ pid: process.pid });
    expect(first?.startTicks).toBeGreaterThan(0);
    expect(await processInfo(process.pid)).toEqual(first);
  });

  it("reads a process whose name has blanks and parentheses", async () => {
    const child = spawn(
      process.execPath,
      ["-e", 'process.title = "a) R 1 (b"; console.log(); setInterval(() => {}, 1e3)'],
      {
        stdio: ["ignore", "pipe", "ignore"],
        detached: true,
      },
    );
    await once(child.stdout, "data");
    const info = await processInfo(child.pid ?? 0);
    child.kill("SIGKILL");
    expect(info).toMatchObject({ processGroup: child.pid, title: "a) R 1 (b" });
  });

  it("is null when there is no such process", async () => {
    const child = spawn("true");
    await once(child, "exit");
    expect(await processInfo(child.pid ?? 0)).toBeNull();
  });
});

describe("waitForEmptyGroup", () => {
  it("gives those who are left when the time is up, and nobody once they have gone", async () => {
    const child = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    await once(child, "spawn");
    const group = child.pid ?? 0;
    expect(await waitForEmptyGroup(group, 50)).toEqual(await groupMembers(group));
    expect(await groupMembers(group)).toHaveLength(1);
    child.kill("SIGKILL");
    expect(await waitForEmptyGroup(group, 10_000)).toEqual([]);
  });
});
