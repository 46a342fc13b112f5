// Brings a real vLLM that needs no GPU, and small models for it, into the cache: `npm run engine:install`.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa, ExecaError } from "execa";
import { type EngineCache, engineCache } from "./cache.ts";
import { takeLock } from "./lock.ts";
import { recipe, recipeHash } from "./recipe.ts";

/** `tiny` costs next to nothing and is for tests; in `work` the engine is the work, for benchmarks. */
export type ModelName = "tiny" | "work";

export interface InstalledEngine {
  /** The `vllm` command. */
  vllm: string;
  /** The Python that can import vllm. */
  python: string;
  version: string;
  /** Folder of each model: for `vllm serve DIR --load-format dummy`. */
  models: Readonly<Record<ModelName, string>>;
}

/** Why there can be no real engine here. Suites show the message beside "skipped". */
export class EngineUnavailable extends Error {
  override name = "EngineUnavailable";
}

const installTimeoutMs = 20 * 60_000;
const makeModel = path.join(import.meta.dirname, "makeModel.py");

/**
 * Installs what is missing: nothing when a stamp says that this very recipe is in place, about a minute and 6 GB
 * otherwise. Two callers at once wait for each other. Rejects with EngineUnavailable when it cannot be done here.
 */
export async function ensureEngine(log: (line: string) => void = () => undefined): Promise<InstalledEngine> {
  const cache = engineCache();
  const scriptHash = hash(await readFile(makeModel));
  const engine = installed(cache, scriptHash);
  if (await isComplete(cache, engine)) return engine;
  if (process.platform !== "linux") {
    throw new EngineUnavailable(`vLLM runs on Linux only, and this is ${process.platform}.`);
  }
  await mkdir(cache.models, { recursive: true });
  const lock = await takeLock(cache.lock, {
    timeoutMs: installTimeoutMs,
    onWait: () => log("Waiting for another install of the engine to end …"),
  });
  try {
    if (!(await isStamped(cache))) await installPackages(cache, log);
    for (const [name, folder] of Object.entries(engine.models)) await ensureModel(cache, name, folder, log);
  } finally {
    await lock.release();
  }
  return engine;
}

function installed(cache: EngineCache, scriptHash: string): InstalledEngine {
  // The script's hash is part of the name: another script makes other models, and leaves those in use alone.
  const folder = (name: ModelName) => path.join(cache.models, `${name}-${scriptHash}`);
  return {
    vllm: cache.vllm,
    python: cache.python,
    version: recipe.version,
    models: { tiny: folder("tiny"), work: folder("work") },
  };
}

async function isComplete(cache: EngineCache, engine: InstalledEngine): Promise<boolean> {
  return (await isStamped(cache)) && Object.values(engine.models).every((folder) => existsSync(folder));
}

async function isStamped(cache: EngineCache): Promise<boolean> {
  if (!existsSync(cache.stamp) || !existsSync(cache.vllm)) return false;
  return (await readFile(cache.stamp, "utf8")) === stampText();
}

const stampText = () => `${JSON.stringify({ version: recipe.version, recipe: recipeHash })}\n`;

async function installPackages(cache: EngineCache, log: (line: string) => void): Promise<void> {
  await rm(cache.stamp, { force: true });
  const uv = await ensureUv(cache, log);
  await mkdir(cache.alias, { recursive: true });
  await writeFile(path.join(cache.alias, "pyproject.toml"), recipe.alias);
  await writeFile(cache.overrides, recipe.overrides);
  if (!existsSync(cache.python)) {
    log(`Making a Python environment in ${cache.venv} …`);
    await step("A Python environment could not be made", uv, ["venv", "--python", recipe.python, cache.venv]);
  }
  log(`Installing vLLM ${recipe.version} and what it needs (about 6 GB, a minute on a fast line) …`);
  // Each of its processes imports all of it at each start: 13 s of processor time when compiled, 30 s when not.
  const packages = [recipe.requirement, cache.alias, "--override", cache.overrides, "--compile-bytecode"];
  await step("vLLM could not be installed", uv, ["pip", "install", "--python", cache.python, ...packages]);
  log("Asking the installed vLLM for its version …");
  const said = await step("The installed vLLM does not start", cache.vllm, ["--version"]);
  if (!said.includes(recipe.version)) {
    throw new EngineUnavailable(`The installed vLLM calls itself '${said.trim()}' instead of ${recipe.version}.`);
  }
  await writeFile(cache.stamp, stampText());
}

/** uv, pinned, in the cache: the only installer that can override a requirement of a package. */
export async function ensureUv(cache: EngineCache, log: (line: string) => void): Promise<string> {
  const folder = path.join(cache.uvFolder, recipe.uv);
  const uv = path.join(folder, "bin", "uv");
  if (existsSync(uv)) return uv;
  const python = await findPython();
  log(`Fetching uv ${recipe.uv}, the installer …`);
  const building = `${folder}.part`;
  await rm(building, { recursive: true, force: true });
  // --target needs neither the venv module, which Debian splits off, nor the right to change the system's Python.
  const args = ["-m", "pip", "install", "--quiet", "--target", building, `uv==${recipe.uv}`];
  await step("uv could not be fetched", python, args);
  await rename(building, folder);
  return uv;
}

/** A Python that has pip. Rejects with EngineUnavailable. */
export async function findPython(): Promise<string> {
  for (const name of ["python3.11", "python3.12", "python3.13", "python3.14", "python3"]) {
    const probe = await execa(name, ["-m", "pip", "--version"], { reject: false, timeout: 60_000 });
    if (probe.exitCode === 0) return name;
  }
  throw new EngineUnavailable(
    "No Python with pip on the PATH: install Python 3.11 or later (Debian: apt-get install python3 python3-pip).",
  );
}

async function ensureModel(cache: EngineCache, name: string, folder: string, log: (line: string) => void) {
  if (existsSync(folder)) return;
  log(`Making the model '${name}' …`);
  const building = `${folder}.part`;
  await rm(building, { recursive: true, force: true });
  await step(`The model '${name}' could not be made`, cache.python, [makeModel, name, building]);
  await rename(building, folder);
}

/** Runs one step to its end and gives its output. A failure says the step, the command, and the last thing it said. */
export async function step(failure: string, command: string, args: readonly string[]): Promise<string> {
  try {
    return (await execa(command, args, { timeout: installTimeoutMs, all: true, stdin: "ignore" })).all;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    // A command that is not there says nothing; then the short message does.
    const said = (typeof error.all === "string" && error.all !== "" ? error.all : error.shortMessage)
      .trim()
      .split("\n")
      .slice(-8)
      .join("\n");
    throw new EngineUnavailable(`${failure} (${path.basename(command)} ${args.slice(0, 2).join(" ")}):\n${said}`);
  }
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 8);
}

if (import.meta.main) {
  const start = performance.now();
  try {
    const engine = await ensureEngine((line) => console.error(line));
    console.error(`vLLM ${engine.version} is in place (${Math.round((performance.now() - start) / 1000)} s).`);
    console.log(engine.vllm);
  } catch (error) {
    if (!(error instanceof EngineUnavailable)) throw error;
    console.error(`The real engine cannot be installed here. ${error.message}`);
    process.exitCode = 1;
  }
}
