import { open } from "node:fs/promises";
import { errorCodeOf, messageOf } from "../../../util/unknown.ts";

/** A configuration is a few kilobytes, a tokenizer's up to some megabytes. Larger files are none. */
export const JSON_LIMIT_BYTES = 16 * 2 ** 20;

export type JsonRead =
  | { found: true; value: unknown }
  | { found: false; reason: "absent" }
  | { found: false; reason: "unreadable"; why: string };

/** Reads a JSON file of a bounded size. Never throws: an unreadable file is an answer. */
export async function readJson(path: string, limit = JSON_LIMIT_BYTES): Promise<JsonRead> {
  try {
    const file = await open(path, "r");
    try {
      const stat = await file.stat();
      if (!stat.isFile()) return unreadable(path, "it is no file");
      if (stat.size > limit) return unreadable(path, `it has ${stat.size} bytes, more than the ${limit} that are read`);
      const value: unknown = JSON.parse((await file.readFile("utf8")).replace(/^\uFEFF/, ""));
      return { found: true, value };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { found: false, reason: "absent" };
    return unreadable(path, messageOf(error));
  }
}

function unreadable(path: string, why: string): JsonRead {
  return { found: false, reason: "unreadable", why: `${path} cannot be read: ${why}` };
}
