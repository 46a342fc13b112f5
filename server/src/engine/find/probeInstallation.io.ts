import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { helpFlags } from "./helpFlags.ts";
import type { Installation } from "./installation.ts";
import { keepProbe, readProbe, type ProgramMark } from "./probeCache.io.ts";
import { readVersion } from "./readVersion.io.ts";

export interface ProbeOptions {
  /** `STATE/probes`. */
  cacheFolder: string;
  env: Readonly<Record<string, string | undefined>>;
  timeoutMs?: number;
}

/** It imports PyTorch: 10 to 20 s, and several times that on a busy machine. */
const HELP_TIMEOUT_MS = 180_000;
const MOST_OUTPUT = 8 * 1024 * 1024;

/**
 * Asks an installation for its version and its flags. This starts the program: only after a person has agreed to that
 * where they must. The answer is kept until the program changes. What it does not tell stays null. Never throws.
 */
export async function probeInstallation(found: Installation, options: ProbeOptions): Promise<Installation> {
  const version = await readVersion(found.path);
  const mark = version === null ? null : await markOf(found.path, version);
  // Without a version an upgrade would not be seen, and old flags be taken for the new ones.
  const kept = mark === null ? null : await readProbe(options.cacheFolder, mark);
  if (kept !== null) return { ...found, version, flags: kept };
  const flags = await askForFlags(found.path, options);
  // A full disk costs the next start these seconds again, and nothing else.
  if (mark !== null && flags !== null) await keepProbe(options.cacheFolder, mark, flags).catch(() => undefined);
  return { ...found, version, flags };
}

async function markOf(program: string, version: string): Promise<ProgramMark | null> {
  try {
    const realPath = await realpath(program);
    const { size, mtimeMs } = await stat(realPath);
    return { realPath, size, mtimeMs, version };
  } catch {
    // Gone since it was found: starting it will say so.
    return null;
  }
}

async function askForFlags(program: string, options: ProbeOptions): Promise<ReadonlySet<string> | null> {
  // Before its groups (about 0.10) there was only a bare --help, which listed all.
  for (const help of ["--help=all", "--help"]) {
    const result = await execa(program, ["serve", help], {
      // Not the workspace: Python would look for modules there.
      cwd: path.dirname(program),
      env: probeEnvironment(options.env),
      extendEnv: false,
      stdin: "ignore",
      reject: false,
      timeout: options.timeoutMs ?? HELP_TIMEOUT_MS,
      killSignal: "SIGKILL",
      maxBuffer: MOST_OUTPUT,
    });
    const flags = helpFlags(result.stdout);
    if (flags !== null) return flags;
    if (result.timedOut || result.exitCode === undefined) return null;
  }
  return null;
}

function probeEnvironment(env: ProbeOptions["env"]): Record<string, string> {
  const known = Object.entries(env).flatMap(([name, value]): [string, string][] =>
    value === undefined || name.startsWith("VLLM_BATCH_") ? [] : [[name, value]],
  );
  // A wide page keeps each flag on one line.
  return { ...Object.fromEntries(known), VLLM_NO_USAGE_STATS: "1", NO_COLOR: "1", COLUMNS: "200" };
}
