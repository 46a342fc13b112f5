import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { onTestFinished } from "vitest";
import { programPath } from "../../../bench/support/program.ts";
import { processInfo } from "../../../scripts/engine/processes.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { idsUpTo, requestLine } from "../run/runFixture.ts";
import { tempFolder } from "../tempFolder.ts";

interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

interface Begun {
  pid: number | undefined;
  kill: () => void;
  ended: Promise<Ended>;
}

export interface Desk {
  folder: string;
  input: string;
  out: string;
  ids: string[];
  /** Runs the program to its end. */
  call: (...args: string[]) => Promise<Ended>;
  /** Starts it; what is left of it at the end of the test is killed. */
  begin: (...args: string[]) => Begun;
  engines: () => Promise<unknown[]>;
}

/** A folder with a batch file and a profile of the simulator, and a state folder of its own. */
export async function desk(
  count: number,
  flags: Record<string, string | number> = {},
  more: object = {},
): Promise<Desk> {
  const folder = await tempFolder();
  const state = path.join(folder, "state");
  await mkdir(path.join(state, "profiles"), { recursive: true });
  const profile = { basedOn: "simulator", flags, hangSeconds: 5, ...more };
  await writeFile(path.join(state, "profiles", "mine.json"), JSON.stringify(profile));
  const input = path.join(folder, "a.jsonl");
  const lines = Array.from({ length: count }, (_, index) => requestLine(index + 1));
  await writeFile(input, lines.map((line) => `${line}\n`).join(""));
  const begin = (...args: string[]): Begun => {
    const child = execa(process.execPath, [programPath, ...args], {
      cwd: folder,
      env: { VLLM_BATCH_STATE_DIR: state },
      stdin: "ignore",
      reject: false,
    });
    const kill = () => void child.kill("SIGKILL");
    onTestFinished(kill);
    const ended = child.then(({ exitCode, stdout, stderr }) => ({ exitCode, stdout, stderr }));
    return { pid: child.pid, kill, ended };
  };
  const call = (...args: string[]) => begin(...args).ended;
  const engines = async () => JSON.parse((await call("engine", "status", "--json")).stdout) as unknown[];
  onTestFinished(async () => {
    for (const engine of await engines()) await call("engine", "stop", String(property(engine, "id")));
  });
  return { folder, input, out: path.join(folder, "out"), ids: idsUpTo(count).toSorted(), call, begin, engines };
}

/** The ids of the answers on disk, in their order. */
export async function answered(out: string): Promise<string[]> {
  const text = await readFile(path.join(out, "output.jsonl"), "utf8").catch(() => "");
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => String(property(JSON.parse(line), "custom_id")));
}

/** A process that has ended is dead, whether its parent has asked for its end or not. */
export const isAlive = async (pid: unknown) => (await processInfo(Number(pid))) !== null;
