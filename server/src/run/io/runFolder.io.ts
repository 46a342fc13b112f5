import { mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { errorCodeOf, messageOf } from "../../util/unknown.ts";
import { modelSlug, nextRunName, runsFolder } from "../folderName.ts";
import { RunProblem } from "../runProblem.ts";
import { ENGINE_LOG_FILES } from "./engineLog.io.ts";
import { EVENTS_FILE } from "./events.io.ts";
import { MANIFEST_FILE } from "./manifest.io.ts";
import { ERRORS_FILE, OUTPUT_FILE } from "./resultLog.io.ts";

const OUR_FILES = [MANIFEST_FILE, OUTPUT_FILE, ERRORS_FILE, EVENTS_FILE, ...ENGINE_LOG_FILES, "run.lock"];

export interface NewFolder {
  folder: string;
  /** Takes back what was made, for a run that could not begin. */
  remove(): Promise<void>;
}

/**
 * Makes the folder of a new run: `out` itself, or the next number beside the batch file. Throws RunProblem when it
 * cannot be made, or holds a run already.
 */
export async function makeRunFolder(input: string, out: string | null, models: readonly string[]): Promise<NewFolder> {
  try {
    return out === null ? await makeNumbered(runsFolder(input), modelSlug(models)) : await makeGiven(out);
  } catch (error) {
    if (error instanceof RunProblem) throw error;
    const place = out ?? runsFolder(input);
    throw new RunProblem("input", `The run folder cannot be made in ${place}: ${reasonOf(error)}`, { cause: error });
  }
}

async function makeNumbered(runs: string, slug: string): Promise<NewFolder> {
  const madeRuns = (await makeFolder(runs)) !== undefined;
  for (;;) {
    const folder = path.join(runs, nextRunName(await readdir(runs), slug));
    try {
      await mkdir(folder);
    } catch (error) {
      // Another run has just taken this number.
      if (errorCodeOf(error) === "EEXIST") continue;
      throw error;
    }
    return { folder, remove: () => rm(madeRuns ? runs : folder, { recursive: true }) };
  }
}

async function makeGiven(out: string): Promise<NewFolder> {
  const made = await makeFolder(out);
  const taken = (await readdir(out)).filter((name) => OUR_FILES.includes(name));
  if (taken.length > 0) {
    throw new RunProblem(
      "input",
      `${out} already holds a run (${taken.join(", ")}). Go on with it: vllm-batch resume ${out}. Or choose another --out.`,
    );
  }
  if (made !== undefined) return { folder: out, remove: () => rm(made, { recursive: true }) };
  const remove = async () => {
    for (const name of OUR_FILES) await rm(path.join(out, name), { force: true });
  };
  return { folder: out, remove };
}

/**
 * Makes a folder, and those above it where they are missing. Returns the topmost that it made, if any. One at a time
 * where that does, as a recursive mkdir says ENOENT for what is really a read-only disk (Node 24).
 */
async function makeFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder);
    return folder;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === "EEXIST" && (await stat(folder)).isDirectory()) return undefined;
    if (code !== "ENOENT") throw error;
  }
  const parent = path.dirname(folder);
  const made = parent === folder ? undefined : await makeFolder(parent);
  await mkdir(folder);
  return made ?? folder;
}

function reasonOf(error: unknown): string {
  switch (errorCodeOf(error)) {
    case "EACCES":
    case "EPERM":
      return "we may not write there. Give another place with --out DIR.";
    case "EROFS":
      return "that file system is read-only. Give another place with --out DIR.";
    case "ENOSPC":
      return "the disk is full.";
    case "ENOTDIR":
    case "EEXIST":
      return "there is a file of that name. Give another place with --out DIR.";
    default:
      return `${messageOf(error)}.`;
  }
}
