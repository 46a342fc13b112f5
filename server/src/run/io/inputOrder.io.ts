import { randomBytes } from "node:crypto";
import { open } from "node:fs/promises";
import path from "node:path";
import { splitEnvelope } from "../../batch/envelope.ts";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { BitSet } from "../../util/bitSet.ts";
import { IdTable } from "../../util/idTable.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { readLine, readOwnOutputLine } from "../outputLine.ts";
import { OUTPUT_FILE } from "./resultLog.io.ts";

export const ORDERED_FILE = "output.ordered.jsonl";

const BLOCK_BYTES = 1 << 20;

/**
 * Writes `output.ordered.jsonl`: the lines of the output file in the order of the batch file. In memory are only the
 * place of each line and a hash of each id. Returns how many lines it wrote.
 */
export async function exportInputOrder(folder: string, input: string): Promise<number> {
  const output = path.join(folder, OUTPUT_FILE);
  const places = await findPlaces(output);
  let written = 0;
  const source = await open(output, "r");
  try {
    await replaceFile(path.join(folder, ORDERED_FILE), async (target) => {
      let block: Buffer[] = [];
      let blockBytes = 0;
      for await (const ids of idsInOrder(input)) {
        for (const id of ids) {
          const place = places.take(id);
          if (place === null) continue;
          const line = Buffer.alloc(place.end - place.start);
          await source.read(line, 0, line.length, place.start);
          block.push(line);
          blockBytes += line.length;
          written += 1;
          if (blockBytes < BLOCK_BYTES) continue;
          await target.writeFile(Buffer.concat(block));
          block = [];
          blockBytes = 0;
        }
      }
      await target.writeFile(Buffer.concat(block));
    });
  } finally {
    await source.close();
  }
  return written;
}

interface Places {
  /** Offsets of the line of an id in the output file, LF included; null when it has none, or it was taken before. */
  take(id: string): { start: number; end: number } | null;
}

async function findPlaces(output: string): Promise<Places> {
  const numbers = new IdTable(randomBytes(4).readUInt32LE());
  const starts: number[] = [0];
  const splitter = new LineSplitter();
  for await (const chunk of readChunks(output)) {
    splitter.push(chunk, ({ number, byteOffset, bytes }) => {
      const customId = (readOwnOutputLine(bytes) ?? readLine(bytes))?.customId;
      if (typeof customId === "string") numbers.add(customId, number);
      starts[number] = byteOffset + bytes.length + 1;
    });
  }
  const taken = new BitSet();
  return {
    take: (id) => {
      const number = numbers.get(id);
      if (number === undefined || taken.has(number)) return null;
      taken.add(number);
      return { start: starts[number - 1] ?? 0, end: starts[number] ?? 0 };
    },
  };
}

async function* idsInOrder(input: string): AsyncGenerator<string[]> {
  const splitter = new LineSplitter();
  let ids: string[] = [];
  const take = ({ bytes }: { bytes: Buffer }): void => {
    const envelope = splitEnvelope(bytes);
    if (envelope !== null) ids.push(envelope.customId);
  };
  for await (const chunk of readChunks(input)) {
    splitter.push(chunk, take);
    yield ids;
    ids = [];
  }
  splitter.end(take);
  yield ids;
}
