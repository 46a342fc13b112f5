// Makes the pages that are made from code: `npm run docs`. With --check it writes nothing, and fails when a page is
// not as it should be.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { errorCodeOf } from "../server/src/util/unknown.ts";
import { made, madeFolders, root, type MadeFile } from "./docs/made.ts";

async function current(file: string): Promise<string | null> {
  try {
    return await readFile(path.join(root, file), "utf8");
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return null;
    throw error;
  }
}

async function leftovers(files: readonly MadeFile[]): Promise<string[]> {
  const wanted = new Set(files.map((file) => file.path));
  const found: string[] = [];
  for (const folder of madeFolders) {
    await mkdir(path.join(root, folder), { recursive: true });
    for (const name of await readdir(path.join(root, folder))) found.push(`${folder}/${name}`);
  }
  return found.filter((file) => !wanted.has(file));
}

const files = await made();
const stale: MadeFile[] = [];
for (const file of files) if ((await current(file.path)) !== file.content) stale.push(file);
const extra = await leftovers(files);

if (process.argv.includes("--check")) {
  for (const file of stale) console.error(`${file.path} is not what the code says. Run: npm run docs`);
  for (const file of extra) console.error(`${file} belongs to nothing. Run: npm run docs`);
  process.exitCode = stale.length + extra.length > 0 ? 1 : 0;
} else {
  for (const file of stale) await writeFile(path.join(root, file.path), file.content);
  for (const file of extra) await rm(path.join(root, file));
  console.error(`${files.length} pages, ${stale.length} of them written, ${extra.length} removed.`);
}
