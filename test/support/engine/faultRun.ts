import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { programPath } from "../../../bench/support/program.ts";
import { readProcesses, startedWith } from "../../../server/src/engine/process/io/processTable.io.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { idsUpTo, requestLine } from "../run/runFixture.ts";

/** Where a run stands after the program has ended. */
export interface RunEnd {
  exitCode: number | undefined;
  /** `custom_id`s of the answers, sorted; one that was answered twice is there twice. */
  answered: string[];
  /** Lines of errors.jsonl. */
  failed: unknown[];
  /** Processes that the program or an engine of it has left behind. */
  left: number[];
}

export interface FaultRun extends RunEnd {
  /** Of each end of an engine, in order. */
  causes: unknown[];
  /** Why each was so, in words. */
  summaries: unknown[];
  /** Why the run ended; null: it has completed. */
  reason: unknown;
  launches: number;
  wanted: string[];
  /** Takes the faults away and goes on with the run. */
  resume: () => Promise<RunEnd>;
}

/** Unlike our own variables, this one is passed on to the engine (launchEnv.ts) and to what that starts. */
const MARK = "FAULT_RUN_FOLDER";

/** A batch of `count` requests under `run --profile`, on a simulated engine with this timeline. */
export async function faultRun(root: string, timeline: object, count = 40): Promise<FaultRun> {
  const folder = await mkdtemp(path.join(root, "f"));
  const state = path.join(folder, "state");
  const script = path.join(folder, "timeline.json");
  const out = path.join(folder, "out");
  const input = path.join(folder, "a.jsonl");
  const profile = {
    basedOn: "simulator",
    flags: { timeline: script, "sim-latency-ms": 5 },
    hangSeconds: 5,
    startTimeoutSeconds: 5,
  };
  await mkdir(path.join(state, "profiles"), { recursive: true });
  await writeFile(path.join(state, "profiles", "mine.json"), JSON.stringify(profile));
  await writeFile(script, JSON.stringify(timeline));
  await writeFile(input, Array.from({ length: count }, (_, index) => `${requestLine(index + 1)}\n`).join(""));

  const end = async (...args: string[]): Promise<RunEnd> => {
    const env = { VLLM_BATCH_STATE_DIR: state, [MARK]: folder };
    const { exitCode } = await execa(process.execPath, [programPath, ...args], { env, stdin: "ignore", reject: false });
    const answers = await jsonLines(path.join(out, "output.jsonl"));
    return {
      exitCode,
      answered: answers.map((line) => String(property(line, "custom_id"))).toSorted(),
      failed: await jsonLines(path.join(out, "errors.jsonl")),
      left: await livingWith(`${MARK}=${folder}`),
    };
  };

  const first = await end("run", input, "--profile", "mine", "--out", out, "--in-flight", "4");
  const events = await jsonLines(path.join(out, "events.jsonl"));
  const inState = (state: string) => events.filter((event) => property(event, "state") === state);
  return {
    ...first,
    causes: inState("diagnosis").map((event) => property(event, "cause")),
    summaries: inState("diagnosis").map((event) => property(event, "summary")),
    reason: property(
      events.findLast((event) => property(event, "event") === "status"),
      "reason",
    ),
    launches: inState("launch").length,
    wanted: idsUpTo(count).toSorted(),
    resume: async () => {
      await writeFile(script, "{}");
      return await end("resume", out);
    },
  };
}

async function livingWith(entry: string): Promise<number[]> {
  const pids = (await readProcesses()).map(({ pid }) => pid);
  return [...(await startedWith(pids, entry))];
}

async function jsonLines(file: string): Promise<unknown[]> {
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
