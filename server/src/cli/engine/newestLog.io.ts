import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { errorCodeOf } from "../../util/unknown.ts";

/** The log that was written to last; null: there is none. */
export async function newestLog(stateFolder: string): Promise<string | null> {
  const folder = path.join(stateFolder, "logs");
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith(".log")).map((name) => path.join(folder, name));
  const dated = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  return dated.sort((a, b) => b.at - a.at)[0]?.file ?? null;
}
