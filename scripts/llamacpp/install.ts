// Brings a real llama.cpp that needs no compiler and no GPU into the cache, and a tiny model for it.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { engineCache } from "../engine/cache.ts";
import { findPython, step } from "../engine/install.ts";
import { takeLock } from "../engine/lock.ts";

/**
 * llama.cpp has no package in the index with its `llama-server`. This one has the same server in C++, routes and all,
 * behind a few lines of Python: 40 MB to fetch, a few seconds, no dependencies.
 */
const requirement = "xllamacpp==2026.10.11549";

export interface InstalledLlamaCpp {
  python: string;
  /** What PYTHONPATH must name. */
  packages: string;
  /** A GGUF file. */
  model: string;
}

const makeGguf = path.join(import.meta.dirname, "makeGguf.py");

/** Installs what is missing. Rejects with EngineUnavailable when it cannot be done here. */
export async function ensureLlamaCpp(log: (line: string) => void = () => undefined): Promise<InstalledLlamaCpp> {
  const folder = path.join(path.dirname(engineCache().folder), "llamacpp");
  const packages = path.join(folder, requirement);
  const hash = createHash("sha256")
    .update(await readFile(makeGguf))
    .digest("hex");
  const model = path.join(folder, `tiny-${hash.slice(0, 8)}.gguf`);
  const python = await findPython();
  await mkdir(folder, { recursive: true });
  const lock = await takeLock(path.join(folder, "install.lock"), { timeoutMs: 5 * 60_000 });
  try {
    if (!existsSync(packages)) {
      log(`Installing ${requirement} …`);
      await build(packages, (part) => {
        const args = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--target", part, requirement];
        return step("llama.cpp could not be installed", python, args);
      });
    }
    if (!existsSync(model)) {
      await build(model, (part) => step("The model for llama.cpp could not be made", python, [makeGguf, part]));
    }
  } finally {
    await lock.release();
  }
  return { python, packages, model };
}

/** Whole, or not there at all. */
async function build(place: string, make: (part: string) => Promise<unknown>): Promise<void> {
  const part = `${place}.part`;
  await rm(part, { recursive: true, force: true });
  await make(part);
  await rename(part, place);
}
