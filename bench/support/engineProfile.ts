import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { InstalledEngine } from "../../scripts/engine/install.ts";

/** What a profile file may say, as far as benches and tests do. */
export interface ProfileText {
  [field: string]: unknown;
  flags?: Readonly<Record<string, string | number | boolean>>;
  env?: Readonly<Record<string, string>>;
}

/** The tiny model on a vLLM for the CPU, with these changes. */
export function tinyProfile({ vllm, models }: InstalledEngine, change: ProfileText = {}): ProfileText {
  const usual = { basedOn: "cpu", vllm, model: models.tiny, servedModelName: "tiny" };
  const flags = { "load-format": "dummy", "max-model-len": 512, ...change.flags };
  return { ...usual, ...change, flags, env: { HF_HUB_OFFLINE: "1", ...change.env } };
}

/** Among the user's own. */
export async function writeProfile(stateFolder: string, name: string, profile: ProfileText): Promise<void> {
  const folder = path.join(stateFolder, "profiles");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), JSON.stringify(profile));
}
