import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { errorCodeOf } from "../../util/unknown.ts";
import type { AnswerPlace } from "../features/documentLinks.ts";

/** Files of a run folder in which a request may have its last line. */
const files = ["output.jsonl", "errors.jsonl"];

/**
 * The address of the line that a run has for a request, as editors open it (`…/output.jsonl#L12`); null when it has
 * none. Throws what the file system throws, but for files that are not there.
 */
export async function findAnswer({ run, customId }: AnswerPlace): Promise<string | null> {
  for (const name of files) {
    const file = path.join(fileURLToPath(run), name);
    const line = await lineOfId(file, customId);
    if (line !== null) return `${pathToFileURL(file).href}#L${line}`;
  }
  return null;
}

async function lineOfId(file: string, customId: string): Promise<number | null> {
  // As our own writer spells it; it stands before the answer, which might hold the same text.
  const wanted = Buffer.from(`"custom_id":${JSON.stringify(customId)}`);
  const splitter = new LineSplitter();
  const found: number[] = [];
  try {
    for await (const chunk of readChunks(file)) {
      splitter.push(chunk, ({ number, bytes }) => {
        if (bytes.subarray(0, HEAD_BYTES + wanted.length).includes(wanted)) found.push(number);
      });
      if (found.length > 0) break;
    }
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  return found[0] ?? null;
}

/** The id of a line comes before its custom_id, and is shorter. */
const HEAD_BYTES = 100;
