import { readChunks } from "../../util/readChunks.io.ts";
import { parseJson, property } from "../../util/unknown.ts";

/** What one request of a batch file asks for; null: it does not say, or there is no such line. */
export interface PeekedRequest {
  model: string | null;
  url: string | null;
}

const LINES = 100;

/**
 * The first line that names a model, of the first hundred: a run's folder is called after it, and its engine starts with
 * it, long before the file is checked.
 */
export async function peekRequest(input: string): Promise<PeekedRequest> {
  for await (const chunk of readChunks(input)) {
    for (const line of chunk.toString("utf8").split("\n").slice(0, LINES)) {
      // What is wrong with the line is for the check to say.
      const request = parseJson(line);
      const model = textOf(property(property(request, "body"), "model"));
      if (model !== null) return { model, url: textOf(property(request, "url")) };
    }
    break;
  }
  return { model: null, url: null };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
