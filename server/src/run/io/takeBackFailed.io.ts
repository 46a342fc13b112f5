import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import path from "node:path";
import { errorCodeOf } from "../../util/unknown.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { readLine, type KnownLine } from "../outputLine.ts";
import { RunProblem } from "../runProblem.ts";
import { ERRORS_FILE } from "./resultLog.io.ts";
import { keepLines } from "./scanResults.io.ts";

/**
 * Takes requests that were sent and failed out of the error file, so that they count as not asked. The file as it was
 * is kept as `errors.1.jsonl` and so on. Throws RunProblem when there is nothing to take.
 * @param only these ids; empty: all
 */
export async function takeBackFailed(folder: string, only: readonly string[]): Promise<void> {
  const file = path.join(folder, ERRORS_FILE);
  const wanted = new Set(only);
  const isWanted = (known: KnownLine | null): boolean =>
    known?.sent === true && (wanted.size === 0 || (known.customId !== null && wanted.has(known.customId)));
  await checkThereAre(file, wanted, isWanted);
  await keepCopy(folder, file);
  await keepLines(file, (_number, line) => !isWanted(readLine(line)));
}

async function checkThereAre(
  file: string,
  wanted: ReadonlySet<string>,
  isWanted: (known: KnownLine | null) => boolean,
): Promise<void> {
  const missing = new Set(wanted);
  let [found, unsent] = [0, 0];
  const splitter = new LineSplitter();
  for await (const chunk of readChunks(file)) {
    splitter.push(chunk, ({ bytes }) => {
      const known = readLine(bytes);
      if (known?.sent === false) unsent += 1;
      if (!isWanted(known)) return;
      found += 1;
      if (typeof known?.customId === "string") missing.delete(known.customId);
    });
  }
  if (missing.size > 0) {
    const ids = [...missing].map((id) => JSON.stringify(id)).join(", ");
    throw new RunProblem("input", `No request that was sent and failed has the id ${ids}.`);
  }
  if (found > 0) return;
  const rest =
    unsent === 0
      ? ""
      : ` ${unsent} lines were never sent because of errors in them: mend the batch file and start a new run.`;
  throw new RunProblem("input", `No request of this run failed after it was sent: there is nothing to retry.${rest}`);
}

async function keepCopy(folder: string, file: string): Promise<void> {
  for (let number = 1; ; number += 1) {
    try {
      await copyFile(file, path.join(folder, `errors.${number}.jsonl`), constants.COPYFILE_EXCL);
      return;
    } catch (error) {
      if (errorCodeOf(error) !== "EEXIST") throw error;
    }
  }
}
