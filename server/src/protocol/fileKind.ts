/**
 * What a JSONL file is, by its first lines: most are not ours, and of those nothing is said. The extension asks before it
 * starts the language server, the language server for each file that is opened.
 */
import path from "node:path";

/** batch: requests. results: what a run or OpenAI gave back. other: none of our business. */
export type FileKind = "batch" | "results" | "other";

/** So many lines with text are looked at: one may be broken beyond recognition, or an object be spread over several. */
const LINES_LOOKED_AT = 20;
const CHARACTERS_LOOKED_AT = 20_000;

const requestKeys = ["custom_id", "method", "url", "body"];
const resultKeys = ["response", "error"];

/** @param globs of files that are batch files whatever they begin with, matched against the whole path */
export function kindOf(lines: readonly string[], filePath: string, globs: readonly string[]): FileKind {
  const keys = keysOf(firstText(lines));
  const count = (wanted: readonly string[]) => wanted.filter((key) => keys.has(key)).length;
  if (keys.has("custom_id") && count(resultKeys) > 0 && !keys.has("method")) return "results";
  if (count(requestKeys) >= 2) return "batch";
  return globs.some((glob) => path.matchesGlob(filePath, glob)) ? "batch" : "other";
}

function firstText(lines: readonly string[]): string {
  const text: string[] = [];
  let characters = 0;
  for (const line of lines) {
    if (text.length >= LINES_LOOKED_AT || characters >= CHARACTERS_LOOKED_AT) break;
    if (line.trim() === "") continue;
    text.push(line.slice(0, CHARACTERS_LOOKED_AT));
    characters += line.length;
  }
  return text.join("\n");
}

/** What looks like a key of our objects, however broken the JSON is: in any quotes or none, with a colon after it. */
function keysOf(text: string): Set<string> {
  const keys = new Set<string>();
  const pattern = /["'“”„‘’]?\b(custom_id|method|url|body|response|error)\b["'“”„‘’]?\s*:/g;
  for (const [, key = ""] of text.matchAll(pattern)) keys.add(key);
  return keys;
}
