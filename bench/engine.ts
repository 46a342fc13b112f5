import path from "node:path";
import { execa } from "execa";
import { engineLockFile } from "../scripts/engine/engineSlot.ts";
import { ensureEngine } from "../scripts/engine/install.ts";
import { takeLock } from "../scripts/engine/lock.ts";
import { type Bench, type BenchResult, median, result } from "./bench.ts";
import { type ProfileText, tinyProfile, writeProfile } from "./support/engineProfile.ts";
import { type Fate, meet, type MetFate } from "./support/fates.ts";
import { programPath } from "./support/program.ts";
import { measureRecovery, overheadOf, type Recovery, startTimeoutMs } from "./support/recovery.ts";
import { writeRequestFile } from "./support/requestFile.ts";
import { RunView } from "./support/runView.ts";
import { withFolder } from "./support/withFolder.ts";

/** Enough answers for a new budget of crashes. */
const ANSWERS_BETWEEN = 300;
const HANG_SECONDS = 15;

interface Stage {
  name: string;
  profile: ProfileText;
  model: string;
  fates: readonly Fate[];
  /** Only then have its figures bars, and flags that are asked for. */
  isReal: boolean;
}

interface Seen {
  first: Recovery;
  met: MetFate[];
}

/** A run with an engine of its own, whose processes die or stand still. About 6 minutes. */
export function engine(): Bench {
  return {
    name: "engine",
    about: `\`vllm-batch run --profile\` with nothing running; then the engine's processes are killed (SIGKILL) and stopped (SIGSTOP) one after the other, a hang being one after ${HANG_SECONDS} s. A real vLLM on the CPU with a tiny model, and the simulator. The engine's own start is measured by its log in the same go, and taken off.`,
    async run(log) {
      const simulated = await see(simulator, log);
      const lock = await takeLock(engineLockFile, { timeoutMs: 20 * 60_000, onWait: () => log("Waiting …") });
      try {
        const stage = realVllm(tinyProfile(await ensureEngine(log), { hangSeconds: HANG_SECONDS }));
        return [...rows(stage, await see(stage, log)), ...rows(simulator, simulated)];
      } finally {
        await lock.release();
      }
    },
  };
}

const simulator: Stage = {
  name: "Simulator",
  profile: { basedOn: "simulator", hangSeconds: HANG_SECONDS, flags: { "sim-latency-ms": 150, "max-num-seqs": 16 } },
  model: "bench-model",
  fates: [
    { signal: "SIGKILL", title: null },
    { signal: "SIGKILL", title: null },
    { signal: "SIGSTOP", title: null },
  ],
  isReal: false,
};

const realVllm = (profile: ProfileText): Stage => ({
  name: "Real vLLM",
  profile,
  model: "tiny",
  fates: [
    { signal: "SIGKILL", title: null },
    { signal: "SIGKILL", title: "VLLM::EngineCore" },
    { signal: "SIGKILL", title: "VLLM::Worker" },
    { signal: "SIGSTOP", title: null },
    { signal: "SIGSTOP", title: "VLLM::EngineCore" },
  ],
  isReal: true,
});

async function see(stage: Stage, log: (line: string) => void): Promise<Seen> {
  return await withFolder(async (folder) => {
    const [state, out, file] = ["state", "run", "input.jsonl"].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    const env = { VLLM_BATCH_STATE_DIR: state };
    await writeProfile(state, "bench", stage.profile);
    await writeRequestFile(file, 2 * stage.fates.length * ANSWERS_BETWEEN, requestAt, stage.model);
    if (stage.isReal) await askForFlags(stage, state);
    const sinceMs = Date.now();
    const args = ["run", file, "--profile", "bench", "--trust", "--out", out, "--in-flight", "16"];
    const run = execa(process.execPath, [programPath, ...args], { env, stdin: "ignore", reject: false });
    const view = new RunView(out, state);
    const first = await measureRecovery(view, 0, sinceMs);
    log(`${stage.name}: first answer ${text(first)}`);
    const met: MetFate[] = [];
    for (const [index, fate] of stage.fates.entries()) {
      await view.waitForAnswers((await view.answers()) + ANSWERS_BETWEEN, startTimeoutMs);
      met.push(await meet(fate, index + 1, view));
      log(`${stage.name}: ${fate.signal} to ${fate.title ?? "the server"}: ${text(met.at(-1)?.recovery ?? first)}`);
    }
    const { exitCode, stderr } = await run;
    if (exitCode !== 0) throw new Error(`vllm-batch run ended with ${exitCode}:\n${stderr.slice(-1000)}`);
    return { first, met };
  });
}

/** Which flags this vLLM has is asked once for all its starts, before it turns out that there is no such model. */
async function askForFlags({ profile }: Stage, state: string): Promise<void> {
  await writeProfile(state, "unfit", { ...profile, model: path.join(state, "none") });
  const args = [programPath, "engine", "start", "--profile", "unfit", "--trust"];
  const { stderr } = await execa(process.execPath, args, { env: { VLLM_BATCH_STATE_DIR: state }, reject: false });
  if (!stderr.includes("There is nothing at")) throw new Error(`It was not asked for its flags:\n${stderr}`);
}

const requestAt = (index: number) => ({
  customId: `request-${index}`,
  prompt: `Request ${index}: name some animals.`,
  maxTokens: 16,
  minTokens: 16,
});

function rows({ name, isReal }: Stage, { first, met }: Seen): BenchResult[] {
  const overheads = met.map(({ recovery }) => overheadOf(recovery));
  const starts = met.map(({ recovery }) => recovery.startSeconds);
  const noticed = met.flatMap(({ noticedSeconds }) => noticedSeconds ?? []);
  const atMost = (value: number) => (isReal ? ({ comparison: "<=", value } as const) : null);
  return [
    result(
      `${name}: from its death to the next answer, less its own start`,
      median(overheads),
      "s",
      atMost(2),
      `median of ${list(overheads)} s; the starts took ${list(starts)} s`,
    ),
    result(
      `${name}: a hang is noticed, against the set time`,
      Math.max(...noticed) / HANG_SECONDS,
      "×",
      atMost(1.1),
      `the latest of ${list(noticed)} s after the last answer, set to ${HANG_SECONDS} s`,
    ),
    result(
      `${name}: from the command to the first saved answer, less its own start`,
      overheadOf(first),
      "s",
      atMost(1),
      `${text(first)}; which flags it has was known`,
    ),
  ];
}

const list = (seconds: readonly number[]) => seconds.map((one) => one.toFixed(2)).join(", ");

function text({ seconds, startSeconds }: Recovery): string {
  return `after ${seconds.toFixed(2)} s, of which its own start took ${startSeconds.toFixed(2)} s`;
}
