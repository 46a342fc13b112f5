import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Scene } from "./failureCase.ts";

type Json = Record<string, unknown>;

/** A copy of the tiny model whose config.json has been edited; `undefined` takes a key away. */
export async function tinyWith(scene: Scene, config: Json = {}): Promise<string> {
  const folder = path.join(scene.folder, "models", "tiny");
  await cp(scene.installed.models.tiny, folder, { recursive: true });
  const file = path.join(folder, "config.json");
  const whole = JSON.parse(await readFile(file, "utf8")) as Json;
  await writeFile(file, JSON.stringify({ ...whole, ...config }, null, 2));
  return folder;
}

/** A folder of files with these contents: Python modules that hide the installed ones, for PYTHONPATH. */
export async function shadowModules(scene: Scene, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = path.join(scene.folder, "shadow");
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}
