import { readFile } from "node:fs/promises";
import path from "node:path";
import { property } from "../../../server/src/util/unknown.ts";

export interface RunInspection {
  /** Terminal lines by `custom_id`: output and errors together. */
  linesById: ReadonlyMap<string, number>;
  /** Whole lines that are not JSON, or have no `custom_id`. */
  unreadable: string[];
  /** What stands after the last line end: nothing, in a run that has ended. */
  torn: string;
  failed: number;
}

/** Reads a run folder as anybody may, without any code of the product. */
export async function inspectRun(runFolder: string): Promise<RunInspection> {
  const linesById = new Map<string, number>();
  const unreadable: string[] = [];
  let torn = "";
  const count = async (name: string) => {
    const lines = (await readFile(path.join(runFolder, name), "utf8")).split("\n");
    torn += lines.pop() ?? "";
    for (const line of lines) {
      const id = customIdOf(line);
      if (id === null) unreadable.push(line);
      else linesById.set(id, (linesById.get(id) ?? 0) + 1);
    }
    return lines.length;
  };
  await count("output.jsonl");
  const failed = await count("errors.jsonl");
  return { linesById, unreadable, torn, failed };
}

function customIdOf(line: string): string | null {
  try {
    const id = property(JSON.parse(line), "custom_id");
    return typeof id === "string" ? id : null;
  } catch {
    return null;
  }
}
