// A run that starts a real vLLM by itself, from a profile, while its processes are killed.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { engineLockFile } from "../../scripts/engine/engineSlot.ts";
import { ensureEngine } from "../../scripts/engine/install.ts";
import { takeLock } from "../../scripts/engine/lock.ts";
import { groupMembers } from "../../scripts/engine/processes.ts";
import { waitFor } from "../../scripts/waitFor.ts";
import { property } from "../../server/src/util/unknown.ts";
import { describeReal } from "../support/realEngine.ts";
import { answeredIds, strangers } from "../support/realRun/answers.ts";
import { answeredLines, startProduct } from "../support/realRun/product.ts";
import { generateRequests, toLines } from "../support/realRun/requests.ts";

/** A start takes half a minute on a machine that does nothing else, and several times as long on a busy one. */
const startTimeoutMs = 480_000;

let folder: string;
let lock: Awaited<ReturnType<typeof takeLock>>;

describeReal("a run that starts a real vLLM", () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "real-managed-"));
    lock = await takeLock(engineLockFile, { timeoutMs: 20 * 60_000, onWait: () => undefined });
    const { vllm, models } = await ensureEngine();
    const profile = {
      basedOn: "cpu",
      vllm,
      model: models.tiny,
      servedModelName: "tiny",
      flags: { "load-format": "dummy", "max-model-len": 512, "enforce-eager": true },
      env: { HF_HUB_OFFLINE: "1" },
    };
    const profiles = path.join(folder, "state", "profiles");
    await mkdir(profiles, { recursive: true });
    await writeFile(path.join(profiles, "tiny.json"), JSON.stringify(profile));
    process.env["VLLM_BATCH_STATE_DIR"] = path.join(folder, "state");
  }, 25 * 60_000);
  afterAll(async () => {
    if ((await leaders()).length > 0) await execa(process.execPath, [programPath, "engine", "stop"], { reject: false });
    delete process.env["VLLM_BATCH_STATE_DIR"];
    await lock.release();
    await rm(folder, { recursive: true });
  });

  it(
    "goes on when each of its processes is killed, nothing lost or doubled, and leaves none behind",
    async () => {
      const input = path.join(folder, "killed.jsonl");
      const out = path.join(folder, "killed-run");
      const requests = generateRequests(1_500, "tiny");
      await writeFile(input, toLines(requests));
      const run = startProduct("run", input, "--profile", "tiny", "--trust", "--out", out, "--in-flight", "16");
      const groups: number[] = [];
      for (const title of ["the server", "VLLM::EngineCore", "VLLM::Worker"]) {
        const before = await answeredLines(out);
        const more = async () => {
          if (run.isOver()) throw new Error(`The run was over before: ${JSON.stringify(await run.done())}`);
          return (await answeredLines(out)) >= before + 100;
        };
        await waitFor(`answers before ${title} is killed`, more, { timeoutMs: startTimeoutMs });
        const [leader] = await leaders();
        if (leader === undefined) throw new Error("No engine runs.");
        groups.push(leader);
        const victim = title === "the server" ? leader : await memberCalled(leader, title);
        process.kill(victim, "SIGKILL");
      }
      expect(await run.done()).toMatchObject({ status: "completed", completed: 1_500, failed: 0, engineRestarts: 3 });
      expect((await answeredIds(out)).toSorted()).toEqual(requests.map((made) => made.custom_id).toSorted());
      expect(await strangers(out)).toEqual([]);
      for (const group of groups) expect(await groupMembers(group)).toEqual([]);
      expect(await leaders()).toEqual([]);
      const events = await readFile(path.join(out, "events.jsonl"), "utf8");
      expect(events.match(/"state":"rung"/g)).toHaveLength(3);
    },
    4 * startTimeoutMs,
  );
});

/** The processes that were started for the engines that run now. */
async function leaders(): Promise<number[]> {
  const { stdout } = await execa(process.execPath, [programPath, "engine", "status", "--json"], { reject: false });
  const engines: unknown = JSON.parse(stdout);
  return Array.isArray(engines) ? engines.map((engine) => Number(property(engine, "pid"))) : [];
}

async function memberCalled(group: number, title: string): Promise<number> {
  const member = (await groupMembers(group)).find((one) => one.title === title);
  if (member === undefined) throw new Error(`Group ${group} has no process called ${title}.`);
  return member.pid;
}
