/** Lines of a run's `errors.jsonl` and `output.jsonl`, as far as the editor shows them. Pure. */
import type { RunFailure } from "../../../server/src/protocol/language.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";

/**
 * A request that was sent and failed. null for anything else: a line that was never sent has a mistake, which the check
 * of the file shows by itself.
 */
export function parseFailure(line: string): RunFailure | null {
  const value = parseJson(line);
  const error = property(value, "error");
  const [customId, code, message] = [property(value, "custom_id"), property(error, "code"), property(error, "message")];
  const [inputLine, attempts] = [property(error, "line"), property(error, "attempts")];
  if (typeof customId !== "string" || typeof code !== "string" || typeof message !== "string") return null;
  if (typeof attempts !== "number" || attempts < 1) return null;
  return { customId, code, message, line: typeof inputLine === "number" ? inputLine : 0 };
}

/** Whether a line is about the request of this id. */
export function isAbout(line: string, customId: string): boolean {
  // Most lines are about another, and reading them takes long.
  if (!line.includes("custom_id")) return false;
  return property(parseJson(line), "custom_id") === customId;
}
