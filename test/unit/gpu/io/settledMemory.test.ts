import { expect, describe, onTestFinished, test } from "vitest";
import { settledMemory } from "../../../../server/src/gpu/io/settledMemory.io.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { isAlive, replayTool, rtx4090 } from "../../../support/gpu/replay.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const wanted = () => new AbortController().signal;

async function tool(body: string) {
  const replay = await replayTool("nvidia-smi", body, [rtx4090]);
  onTestFinished(() => replay.remove());
  return replay;
}

const growing = 'replay((tick) => say(rowOf({ ...gpus[0], "memory.free": String(1000 * tick) }, 1)));';

describe("with a replayed nvidia-smi, waiting for the memory", () => {
  test("ends when it stands still, after one process that is gone then", async () => {
    const replay = await tool(
      'replay((tick) => say(rowOf({ ...gpus[0], "memory.free": String(Math.min(5, tick) * 1000) }, 1)));',
    );
    await settledMemory(wanted(), { env: replay.env, platform: "linux" });
    const lives = await replay.lives();
    expect(lives).toHaveLength(1);
    expect(await isAlive(lives[0] ?? 0)).toBe(false);
  });

  test("ends when it is no longer wanted", async () => {
    const replay = await tool(growing);
    const aborter = new AbortController();
    const settled = settledMemory(aborter.signal, { env: replay.env, platform: "linux" });
    await waitFor("its start", async () => (await replay.lives()).length === 1);
    aborter.abort();
    await settled;
    expect(await isAlive((await replay.lives())[0] ?? 0)).toBe(false);
  });

  test("does not last longer than half a minute", async () => {
    const replay = await tool(growing);
    const clock = new TestClock();
    const settled = settledMemory(wanted(), { env: replay.env, platform: "linux", clock });
    await waitFor("its start", async () => (await replay.lives()).length === 1);
    clock.advance(30_000);
    await settled;
    expect(await replay.lives()).toHaveLength(1);
  });
});

test("without a tool there is no memory to wait for", async () => {
  await expect(settledMemory(wanted(), { env: { PATH: "" }, platform: "linux" })).resolves.toBeUndefined();
});
