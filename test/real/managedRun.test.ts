// A run that starts a real vLLM by itself, from a profile, while its processes are killed and stopped.
import path from "node:path";
import { expect, it } from "vitest";
import { median } from "../../bench/bench.ts";
import { type Fate, meet, type MetFate } from "../../bench/support/fates.ts";
import { overheadOf, startTimeoutMs } from "../../bench/support/recovery.ts";
import { RunView } from "../../bench/support/runView.ts";
import { groupMembers } from "../../scripts/engine/processes.ts";
import { property } from "../../server/src/util/unknown.ts";
import { describeReal } from "../support/realEngine.ts";
import { answeredIds, strangers } from "../support/realRun/answers.ts";
import { useEngineDesk } from "../support/realRun/engineDesk.ts";
import { type Footprint, footprint } from "../support/realRun/engineProcesses.ts";
import { startProduct } from "../support/realRun/product.ts";

const REQUESTS = 5_000;
const HANG_SECONDS = 15;
/** Enough for a new budget of crashes (200), and for all six fates to come in time. */
const ANSWERS_BETWEEN = 500;
/** What sockets come and go, and what a heap of Node grows by before it is collected. */
const FILES_SLACK = 4;
const MEMORY_SLACK_BYTES = 48 * 2 ** 20;

const fates: readonly (Fate & { causes: readonly string[] })[] = [
  // Nothing tells it from an end by the kernel for want of memory.
  { signal: "SIGKILL", title: null, causes: ["host_oom_killed"] },
  { signal: "SIGKILL", title: "VLLM::EngineCore", causes: ["exit0_after_engine_death"] },
  // Whether the log has its exit code (-9) or none is a race in vLLM 0.32; SIGKILL is most often the kernel's doing.
  { signal: "SIGKILL", title: "VLLM::Worker", causes: ["worker_died", "host_oom_killed"] },
  { signal: "SIGSTOP", title: null, causes: ["engine_hang"] },
  { signal: "SIGSTOP", title: "VLLM::EngineCore", causes: ["engine_hang"] },
  { signal: "SIGSTOP", title: "VLLM::Worker", causes: ["engine_hang"] },
];

describeReal("a run that starts a real vLLM", () => {
  const desk = useEngineDesk();

  it(
    "goes on when each of its processes is killed or stands still: nothing lost, doubled, left behind or piled up",
    async () => {
      await desk.writeProfile("tiny", { hangSeconds: HANG_SECONDS });
      const { input, requests } = await desk.writeRequests("all-fates", REQUESTS);
      const out = path.join(desk.folder, "all-fates");
      const view = new RunView(out, desk.state);
      const run = startProduct("run", input, "--profile", "tiny", "--trust", "--out", out, "--in-flight", "16");
      const met: MetFate[] = [];
      const prints: Footprint[] = [];
      for (const [index, fate] of fates.entries()) {
        await view.waitForAnswers((await view.answers()) + ANSWERS_BETWEEN, startTimeoutMs);
        prints.push(await footprint(run.pid));
        met.push(await meet(fate, index + 1, view));
      }
      const summary = { status: "completed", completed: REQUESTS, failed: 0, engineRestarts: fates.length };
      expect(await run.done()).toMatchObject(summary);
      expect((await answeredIds(out)).toSorted()).toEqual(requests.map((made) => made.custom_id).toSorted());
      expect(await strangers(out)).toEqual([]);
      for (const { leader } of met) expect(await groupMembers(leader)).toEqual([]);
      expect(await desk.engines()).toEqual([]);
      expect(await desk.sockets()).toEqual([]);
      const causes = (await view.eventsOf("diagnosis")).map(({ line }) => property(line, "cause"));
      expect(causes).toEqual(fates.map((fate) => expect.toBeOneOf([...fate.causes]) as string));
      tellTimes(met);
      expectNoGrowth(prints);
    },
    8 * startTimeoutMs,
  );
});

/** For people: the bars are the bench's (`npm run bench -- engine`), where nothing else wants the processors. */
function tellTimes(met: readonly MetFate[]): void {
  const overheads = met.map(({ recovery }) => overheadOf(recovery));
  const noticed = met.flatMap(({ noticedSeconds }) => noticedSeconds ?? []);
  console.log(`Without an engine, less its own start: ${list(overheads)} s, median ${list([median(overheads)])} s`);
  console.log(`Hangs of ${HANG_SECONDS} s noticed after ${list(noticed)} s`);
}

function expectNoGrowth(prints: readonly Footprint[]): void {
  console.log(`Open files: ${prints.map(({ files }) => files).join(", ")}`);
  console.log(`Resident: ${list(prints.map(({ residentBytes }) => residentBytes / 2 ** 20))} MiB`);
  const [first] = prints;
  const last = prints.at(-1);
  if (first === undefined || last === undefined) throw new Error("Nothing was looked at.");
  expect(last.files).toBeLessThanOrEqual(first.files + FILES_SLACK);
  expect(last.residentBytes).toBeLessThanOrEqual(first.residentBytes + MEMORY_SLACK_BYTES);
}

function list(figures: readonly number[]): string {
  return figures.map((figure) => figure.toFixed(2)).join(", ");
}
