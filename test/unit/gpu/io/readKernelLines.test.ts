import { cp } from "node:fs/promises";
import { afterEach, describe, expect, test } from "vitest";
import { readKernelLines } from "../../../../server/src/gpu/io/readKernelLines.io.ts";
import { replayTool, type Replay } from "../../../support/gpu/replay.ts";
import { TestClock } from "../../../support/run/testClock.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function tool(name: string, body: string): Promise<Replay> {
  const replay = await replayTool(name, body);
  cleanups.push(() => replay.remove());
  return replay;
}

const since = new Date("2026-11-21T22:27:00.000Z");
const killed = "2026-11-21T23:27:05+0100 box kernel: Out of memory: Killed process 4711 (VLLM::EngineCor)";
const xid = "2026-11-21T22:27:06,000001+00:00 NVRM: Xid (PCI:0000:01:00): 31, pid=4711, name=python3";

describe("the kernel's log", () => {
  test("with a replayed journalctl gives the telling lines of the time asked for", async () => {
    const replay = await tool("journalctl", `say("usb 1-2: new"); say(${JSON.stringify(killed)});`);
    expect(await readKernelLines(since, { env: replay.env })).toEqual([killed]);
    expect(await replay.arguments()).toContain(`--since=@${since.getTime() / 1000}`);
  });

  test("with a replayed journalctl that is refused comes from dmesg", async () => {
    const refused = `complain("No journal files were opened due to insufficient permissions."); process.exit(1);`;
    const replay = await tool("journalctl", refused);
    const other = await tool("dmesg", `say(${JSON.stringify(xid)});`);
    await cp(`${other.folder}/dmesg`, `${replay.folder}/dmesg`);
    expect(await readKernelLines(since, { env: replay.env })).toEqual([xid]);
  });

  test("is empty where a replayed dmesg is refused, too, and where neither is there", async () => {
    const { env } = await tool(
      "dmesg",
      `complain("dmesg: read kernel buffer failed: Operation not permitted"); process.exit(1);`,
    );
    expect(await readKernelLines(since, { env })).toEqual([]);
    expect(await readKernelLines(since, { env: {} })).toEqual([]);
  });

  test("with a replayed journalctl that hangs is what came in time", async () => {
    const { env, lives } = await tool(
      "journalctl",
      `say(${JSON.stringify(killed)}); fs.writeFileSync(path.join(folder, "said"), ""); stay();`,
    );
    const clock = new TestClock();
    const reading = readKernelLines(since, { env, clock });
    await waitFor("its start", async () => (await lives()).length === 1);
    let done = false;
    void reading.then(() => (done = true));
    await waitFor("the deadline", () => {
      clock.advance(3_000);
      return done;
    });
    expect((await reading).length).toBeLessThanOrEqual(1);
  });

  test("of this machine is read without a throw", async () => {
    const { PATH } = process.env;
    expect(await readKernelLines(since, { env: { PATH } })).toBeInstanceOf(Array);
  });
});
