// Makes the one VSIX, the same for every platform: `npm run package`. Touches no network.
import { existsSync } from "node:fs";
import { cp, glob, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVSIX } from "@vscode/vsce";
import { execa } from "execa";
import { isObject, type JsonObject } from "../server/src/util/unknown.ts";
import { leftOut } from "./packageReferences.ts";

const root = path.resolve(import.meta.dirname, "..");

/** What somebody on a slow line waits for. */
const limitBytes = 1_500_000;

export interface PackagedExtension {
  readonly file: string;
  readonly sizeBytes: number;
}

/**
 * Builds, gathers what `files` of package.json allows in a folder of its own, and packs that. Replaces the VSIX at the
 * root. Rejects when something that package.json refers to is left out, or when the VSIX is over 1.5 MB.
 */
export async function packageExtension(): Promise<PackagedExtension> {
  await execa(process.execPath, ["esbuild.js"], { cwd: root, stderr: "inherit" });
  const manifest: unknown = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  if (!isObject(manifest)) throw new Error("package.json is not an object.");
  const stage = await mkdtemp(path.join(tmpdir(), "vllm-batch-package-"));
  try {
    return await pack(manifest, stage);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function pack(manifest: JsonObject, stage: string): Promise<PackagedExtension> {
  const packed = await gather(manifest, stage);
  const left = leftOut(packed, isIn(root), isIn(stage));
  if (left.length > 0) throw new Error(`package.json refers to what its "files" leave out: ${left.join(", ")}.`);
  const name = `vllm-batch-${String(manifest["version"])}.vsix`;
  const made = path.join(stage, name);
  // The project names no address to which the links of the README could be made absolute.
  const links = { allowMissingRepository: true, rewriteRelativeLinks: false };
  await createVSIX({ cwd: stage, packagePath: made, dependencies: false, ...links });
  const { size: sizeBytes } = await stat(made);
  if (sizeBytes > limitBytes) {
    throw new Error(`${name} has ${sizeBytes} bytes and may have ${limitBytes}: look at what grew.`);
  }
  const file = path.join(root, name);
  for (const old of await readdir(root)) {
    if (/^vllm-batch-.*\.vsix$/.test(old)) await rm(path.join(root, old), { force: true });
  }
  await cp(made, file);
  return { file, sizeBytes };
}

/** What is about building and testing, or names packages that the bundles already contain. */
const forDevelopers = new Set(["scripts", "dependencies", "devDependencies", "optionalDependencies", "allowScripts"]);

/** Gives the package.json that is packed. */
async function gather(manifest: JsonObject, stage: string): Promise<JsonObject> {
  const { files } = manifest;
  if (!Array.isArray(files)) throw new Error("package.json has no list of files.");
  const allowed = files.filter((pattern) => typeof pattern === "string");
  for await (const name of glob(allowed, { cwd: root })) {
    await cp(path.join(root, name), path.join(stage, name), { recursive: true });
  }
  const kept = Object.fromEntries(Object.entries(manifest).filter(([name]) => !forDevelopers.has(name)));
  await writeFile(path.join(stage, "package.json"), `${JSON.stringify(kept, null, 2)}\n`);
  return kept;
}

function isIn(folder: string): (name: string) => boolean {
  return (name) => existsSync(path.join(folder, name));
}

if (import.meta.main) {
  const { file, sizeBytes } = await packageExtension();
  console.log(`${path.relative(root, file)}: ${(sizeBytes / 1_000_000).toFixed(2)} MB`);
}
