// The longest context and the speed of a real vLLM, whose KV cache is smaller than the model's own length.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { engineLockFile } from "../../scripts/engine/engineSlot.ts";
import { ensureEngine } from "../../scripts/engine/install.ts";
import { takeLock } from "../../scripts/engine/lock.ts";
import { describeReal } from "../support/realEngine.ts";
import { generateRequests, toLines } from "../support/realRun/requests.ts";

let folder: string;
let lock: Awaited<ReturnType<typeof takeLock>>;

/** Runs the program to its end, in a state folder of its own. */
const call = (...args: string[]) =>
  execa(process.execPath, [programPath, ...args], {
    env: { VLLM_BATCH_STATE_DIR: path.join(folder, "state") },
    stdin: "ignore",
    reject: false,
  });

describeReal("engine tune and calibrate on a real vLLM", () => {
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "real-tune-"));
    lock = await takeLock(engineLockFile, { timeoutMs: 20 * 60_000, onWait: () => undefined });
    const { vllm, models } = await ensureEngine();
    const profile = {
      basedOn: "cpu",
      vllm,
      model: models.tiny,
      servedModelName: "tiny",
      // Nine blocks of 128 tokens, of which vLLM keeps one back: 1024 of the 2048 tokens that the model allows. The size
      // in bytes would not do: VLLM_CPU_KVCACHE_SPACE goes before --kv-cache-memory-bytes, and counts whole GiB.
      flags: { "load-format": "dummy", "num-gpu-blocks-override": 9 },
      env: { HF_HUB_OFFLINE: "1" },
    };
    const profiles = path.join(folder, "state", "profiles");
    await mkdir(profiles, { recursive: true });
    await writeFile(path.join(profiles, "tiny.json"), JSON.stringify(profile));
    const short = { ...profile, flags: { ...profile.flags, "max-model-len": 1024 } };
    await writeFile(path.join(profiles, "short.json"), JSON.stringify(short));
  }, 25 * 60_000);
  afterAll(async () => {
    await lock.release();
    await rm(folder, { recursive: true });
  });

  it(
    "finds the length that vLLM itself takes for the longest, fills it, and keeps it as a profile",
    async () => {
      const tuned = await call("engine", "tune", "--profile", "tiny", "--trust", "--save", "longest", "--json");
      console.error(tuned.stderr);
      expect(JSON.parse(tuned.stdout)).toMatchObject({
        found: 1024,
        reason: "narrowed",
        simulated: false,
        tries: [
          { length: 2048, works: false, mostByEngine: 1024 },
          { length: 1024, works: true, blockTokens: 128 },
        ],
      });
      expect(tuned.exitCode).toBe(0);
      const saved = await readFile(path.join(folder, "state", "profiles", "longest.json"), "utf8");
      expect(JSON.parse(saved)).toMatchObject({ flags: { "max-model-len": 1024, "num-gpu-blocks-override": 9 } });
      expect((await call("engine", "status")).exitCode).toBe(1);
    },
    3 * 480_000,
  );

  it(
    "measures how fast it is on a batch file, and leaves nothing of that",
    async () => {
      const work = path.join(folder, "work");
      await mkdir(work);
      const input = path.join(work, "a.jsonl");
      await writeFile(input, toLines(generateRequests(500, "tiny")));
      const args = ["--profile", "short", "--model", "tiny", "--trust", "--json"];
      const { exitCode, stdout, stderr } = await call("engine", "calibrate", input, ...args);
      console.error(stderr, stdout);
      expect(exitCode).toBe(0);
      const report = JSON.parse(stdout) as { tokensPerSecond: number; hours: number };
      expect(report).toMatchObject({ requests: 500, simulated: false });
      expect(report.tokensPerSecond).toBeGreaterThan(0);
      expect(report.hours).toBeGreaterThan(0);
      expect(await readdir(work)).toEqual(["a.jsonl"]);
      expect((await call("engine", "status")).exitCode).toBe(1);
    },
    2 * 480_000,
  );
});
