import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { loadVerbs } from "../../server/src/main/loadVerbs.ts";
import { withCliTable } from "./cliTable.ts";
import type { MadeFile } from "./madeFile.ts";
import { problemPages } from "./problemPages.ts";

export type { MadeFile } from "./madeFile.ts";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Folders of which every file is made: what else lies there is out of date. */
export const madeFolders: readonly string[] = ["docs/problems"];

/** Every page that is made from code, as it should be. */
export async function made(): Promise<MadeFile[]> {
  const readme = await readFile(path.join(root, "README.md"), "utf8");
  const pages = [{ path: "README.md", content: withCliTable(readme, await loadVerbs()) }, ...problemPages()];
  return Promise.all(pages.map(formatted));
}

async function formatted(page: MadeFile): Promise<MadeFile> {
  const filepath = path.join(root, page.path);
  return { ...page, content: await format(page.content, { ...(await resolveConfig(filepath)), filepath }) };
}
