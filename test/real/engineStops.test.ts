// A real vLLM that is stopped, or left behind: by people, and by a program of ours that was killed.
import path from "node:path";
import { expect, it } from "vitest";
import { leaderIn, memberCalled } from "../../bench/support/fates.ts";
import { measureRecovery, overheadOf, startTimeoutMs } from "../../bench/support/recovery.ts";
import { RunView } from "../../bench/support/runView.ts";
import { groupMembers } from "../../scripts/engine/processes.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { ExitCode } from "../../server/src/protocol/exitCode.ts";
import { property } from "../../server/src/util/unknown.ts";
import { describeReal } from "../support/realEngine.ts";
import { answeredIds, strangers } from "../support/realRun/answers.ts";
import { type EngineDesk, useEngineDesk } from "../support/realRun/engineDesk.ts";
import { holdStill } from "../support/realRun/engineProcesses.ts";
import { callProduct, startProduct } from "../support/realRun/product.ts";
import { vllmWithout } from "../support/realRun/startFaults.ts";

const REQUESTS = 600;

describeReal("an engine of the product (real vLLM)", () => {
  const desk = useEngineDesk();

  /** Nothing is left of an engine: no process, no record, no socket. */
  async function expectGone(leader: number): Promise<void> {
    expect(await groupMembers(leader)).toEqual([]);
    expect(await desk.engines()).toEqual([]);
    expect(await desk.sockets()).toEqual([]);
  }

  it(
    "is ended when its start is interrupted while it loads, though it loses the signal then",
    async () => {
      await desk.writeProfile("tiny");
      const start = startProduct("engine", "start", "--profile", "tiny", "--trust", "--foreground");
      await waitFor("the engine's core", () => hasCore(desk), { timeoutMs: startTimeoutMs });
      const leader = await leaderIn(desk.state);
      process.kill(start.pid, "SIGINT");
      const { exitCode, stderr } = await start.ended;
      expect({ exitCode, stderr }).toEqual({
        exitCode: ExitCode.stopped,
        stderr: expect.stringContaining("nothing of it is left"),
      });
      await expectGone(leader);
    },
    2 * startTimeoutMs,
  );

  it(
    "starts without a flag of ours that it does not have, outlives a run that is killed, and is ended though it ignores TERM",
    async () => {
      const { input, requests } = await desk.writeRequests("kept", REQUESTS);
      const out = path.join(desk.folder, "kept");
      const view = new RunView(out, desk.state);
      await desk.writeProfile("older", await vllmWithout(desk, "disable-uvicorn-access-log"));
      const start = await callProduct("engine", "start", "--profile", "older", "--trust");
      const leftOut = /--disable-uvicorn-access-log is left out: vLLM 0\.32\.0\S* has no --disable-uvicorn-access-log/;
      expect(start).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(leftOut) });
      const leader = await leaderIn(desk.state);
      const run = startProduct("run", input, "--profile", "older", "--trust", "--out", out, "--in-flight", "8");
      await view.waitForAnswers(50, startTimeoutMs);
      await run.kill();
      const resumed = await callProduct("resume", out, "--trust", "--json");
      expect(resumed.stderr).toContain("runs already");
      expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", completed: REQUESTS, failed: 0 });
      expect((await answeredIds(out)).toSorted()).toEqual(requests.map((made) => made.custom_id).toSorted());
      expect(await leaderIn(desk.state)).toBe(leader);
      const held = holdStill(await memberCalled(leader, "VLLM::EngineCore"));
      const stop = await callProduct("engine", "stop");
      expect(stop).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("nothing of it is left") });
      await held;
      await expectGone(leader);
    },
    3 * startTimeoutMs,
  );

  it(
    "of a run that is killed is found and ended by the resume, which completes it",
    async () => {
      const { input, requests } = await desk.writeRequests("orphan", REQUESTS);
      const out = path.join(desk.folder, "orphan");
      const view = new RunView(out, desk.state);
      const sinceMs = Date.now();
      const run = startProduct("run", input, "--profile", "tiny", "--trust", "--out", out, "--in-flight", "8");
      const first = await measureRecovery(view, 0, sinceMs);
      console.log(`First saved answer, less the engine's own start: ${overheadOf(first).toFixed(2)} s`);
      const leader = await leaderIn(desk.state);
      await run.kill();
      expect(await groupMembers(leader)).not.toEqual([]);
      const resumed = await callProduct("resume", out, "--trust", "--json");
      expect(resumed.stderr).toContain("left an engine behind");
      expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", completed: REQUESTS, failed: 0 });
      expect((await answeredIds(out)).toSorted()).toEqual(requests.map((made) => made.custom_id).toSorted());
      expect(await strangers(out)).toEqual([]);
      await expectGone(leader);
    },
    3 * startTimeoutMs,
  );
});

async function hasCore(desk: EngineDesk): Promise<boolean> {
  const [engine] = await desk.engines();
  if (engine === undefined) return false;
  const members = await groupMembers(Number(property(engine, "pid")));
  return members.some(({ title }) => title === "VLLM::EngineCore");
}
