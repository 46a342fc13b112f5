import { readFile } from "node:fs/promises";
import path from "node:path";
import { isObject, property } from "../../../server/src/util/unknown.ts";
import { wantedTexts, wantedTokens } from "./requests.ts";

/** `custom_id` of each line of the output file, in the order in which they were saved. */
export async function answeredIds(runFolder: string): Promise<string[]> {
  return (await outputLines(runFolder)).map((line) => String(property(line, "custom_id")));
}

/** Ids whose answer has another length than was asked for: it belongs to another request, or is not whole. */
export async function strangers(runFolder: string): Promise<string[]> {
  return (await outputLines(runFolder))
    .filter((line) => !isOwnAnswer(line))
    .map((line) => String(property(line, "custom_id")));
}

async function outputLines(runFolder: string): Promise<unknown[]> {
  const text = await readFile(path.join(runFolder, "output.jsonl"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

function isOwnAnswer(line: unknown): boolean {
  const [kind, index] = String(property(line, "custom_id")).split("-");
  const body = property(property(line, "response"), "body");
  if (kind === "generate") return generatedTokens(body) === wantedTokens(Number(index));
  const items = property(body, "data") ?? property(body, "results");
  return Array.isArray(items) && items.length === wantedTexts(Number(index));
}

function generatedTokens(body: unknown): unknown {
  const usage = property(body, "usage");
  return isObject(usage) && "output_tokens" in usage ? usage["output_tokens"] : property(usage, "completion_tokens");
}
