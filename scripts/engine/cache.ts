import path from "node:path";

const root = path.resolve(import.meta.dirname, "..", "..");

/** Where the engine and the models made for it lie: ignored by git, and outside it if VLLM_BATCH_ENGINE_CACHE says so. */
export function engineCache(env: Readonly<Record<string, string | undefined>> = process.env) {
  const folder = path.resolve(root, env["VLLM_BATCH_ENGINE_CACHE"] ?? path.join(".cache", "engine"));
  const bin = path.join(folder, "venv", "bin");
  return {
    folder,
    uvFolder: path.join(folder, "uv"),
    alias: path.join(folder, "alias"),
    overrides: path.join(folder, "overrides.txt"),
    venv: path.join(folder, "venv"),
    python: path.join(bin, "python"),
    vllm: path.join(bin, "vllm"),
    /** Written last: says that the install under it is whole, and by which recipe. */
    stamp: path.join(folder, "installed.json"),
    models: path.join(folder, "models"),
    logs: path.join(folder, "logs"),
    lock: path.join(folder, "install.lock"),
  };
}

export type EngineCache = ReturnType<typeof engineCache>;
