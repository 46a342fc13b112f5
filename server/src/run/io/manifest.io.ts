import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Manifest } from "../../protocol/records.ts";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { errorCodeOf, messageOf } from "../../util/unknown.ts";
import validateManifest from "../generated/validateManifest.js";
import { RunProblem } from "../runProblem.ts";

export const MANIFEST_FILE = "run.json";

/** Writes `run.json` so that a reader sees the old one or the new one. Throws what the file system throws. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(path.join(folder, MANIFEST_FILE), async (file) => {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
  });
}

/** Reads `run.json`. Throws RunProblem when the folder holds no run, or one that cannot be understood. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST_FILE);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const code = errorCodeOf(error);
    const why = code === "ENOENT" || code === "ENOTDIR" ? `there is no ${MANIFEST_FILE} in it` : messageOf(error);
    throw new RunProblem("input", `${folder} is not a run folder: ${why}.`, { cause: error });
  }
  return parseManifest(text, file);
}

function parseManifest(text: string, file: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RunProblem("input", `${file} is not JSON: ${messageOf(error)}.`, { cause: error });
  }
  if (validateManifest(value)) return value;
  const [first] = validateManifest.errors ?? [];
  const where = first?.instancePath.slice(1).replaceAll("/", ".") ?? "";
  const what = `${where === "" ? "it" : where} ${first?.message ?? "is wrong"}`;
  throw new RunProblem("input", `${file} is not a manifest that this version can read: ${what}.`);
}
