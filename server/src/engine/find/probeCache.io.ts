import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { property } from "../../util/unknown.ts";

/** What tells one state of a program from the next. */
export interface ProgramMark {
  realPath: string;
  size: number;
  mtimeMs: number;
  version: string;
}

/** The flags kept for exactly this state of the program; null: none are. */
export async function readProbe(folder: string, mark: ProgramMark): Promise<ReadonlySet<string> | null> {
  const text = await readFile(fileFor(folder, mark), "utf8").catch(() => null);
  if (text === null) return null;
  const kept = parse(text);
  const flags = property(kept, "flags");
  const isSame = JSON.stringify(property(kept, "mark")) === JSON.stringify(mark);
  if (!isSame || !Array.isArray(flags) || !flags.every((flag) => typeof flag === "string")) return null;
  return new Set(flags);
}

export async function keepProbe(folder: string, mark: ProgramMark, flags: ReadonlySet<string>): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(fileFor(folder, mark), async (file) => {
    await file.writeFile(JSON.stringify({ mark, flags: [...flags] }));
  });
}

/** One file per program: the next version of it takes the place of the last. */
function fileFor(folder: string, { realPath }: ProgramMark): string {
  return path.join(folder, `${createHash("sha256").update(realPath).digest("hex").slice(0, 16)}.json`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not ours, or half of one: as good as none.
    return null;
  }
}
