import { createReadStream } from "node:fs";

const LF = 0x0a;
/** In UTF-8 no character is shorter than a byte, so this holds all that a diagnosis looks at. */
const keptBytes = 4 * 1024 * 1024;

/** The end of a log, with an empty line for each line before it, so that the line numbers stay those of the file. */
export async function readLogEnd(source: AsyncIterable<Buffer>): Promise<string> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let skippedLines = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    bytes += chunk.length;
    while (chunks[0] !== undefined && bytes - chunks[0].length >= keptBytes) {
      skippedLines += countLines(chunks[0]);
      bytes -= chunks[0].length;
      chunks = chunks.slice(1);
    }
  }
  return "\n".repeat(skippedLines) + Buffer.concat(chunks).toString("utf8");
}

export function openLog(path: string): AsyncIterable<Buffer> {
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}

function countLines(chunk: Buffer): number {
  let count = 0;
  for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) count += 1;
  return count;
}
