import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { RunFailure } from "../../../server/src/protocol/language.ts";
import { LineSplitter } from "../../../server/src/util/lineSplitter.ts";
import { errorCodeOf } from "../../../server/src/util/unknown.ts";
import { isAbout, parseFailure } from "./failureLine.ts";
import { parseRunRecord, type RunRecord } from "./runRecord.ts";

export const RECORD_FILE = "run.json";
export const OUTPUT_FILE = "output.jsonl";
export const ERRORS_FILE = "errors.jsonl";
/** What an engine said that was started for the run. */
export const ENGINE_LOG = "engine.log";

/** More failures than these nobody reads one by one. */
const MAX_FAILURES = 10_000;
/** A failure's line holds no answer, so a longer one is none. */
const MAX_LINE_BYTES = 4 << 20;

export async function isFolder(place: string): Promise<boolean> {
  return (await orNothing(stat(place)))?.isDirectory() === true;
}

/** null when the folder holds no run that can be read. */
export async function readRecord(folder: string): Promise<RunRecord | null> {
  const text = await orNothing(readFile(path.join(folder, RECORD_FILE), "utf8"));
  return text === undefined ? null : parseRunRecord(folder, text);
}

/** The requests of a run that failed after they were sent; the first 10,000. */
export async function readFailures(folder: string): Promise<RunFailure[]> {
  const failures: RunFailure[] = [];
  await orNothing(
    eachLine(path.join(folder, ERRORS_FILE), (line) => {
      const failure = parseFailure(line);
      if (failure !== null) failures.push(failure);
      return failures.length < MAX_FAILURES;
    }),
  );
  return failures;
}

/** Where the answer to a request stands, or else why there is none. The line counts from 0. */
export async function findResponse(folder: string, customId: string): Promise<{ file: string; line: number } | null> {
  for (const name of [ERRORS_FILE, OUTPUT_FILE]) {
    const file = path.join(folder, name);
    const places: number[] = [];
    await orNothing(
      eachLine(file, (line, number) => {
        if (isAbout(line, customId)) places.push(number);
        return places.length === 0;
      }),
    );
    const [line] = places;
    if (line !== undefined) return { file, line };
  }
  return null;
}

/** Reads until all is read or `onLine` says no. Lines count from 0. */
async function eachLine(file: string, onLine: (line: string, number: number) => boolean): Promise<void> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  const reading = { goesOn: true };
  const take = ({ bytes, number }: { bytes: Buffer; number: number }) => {
    if (reading.goesOn) reading.goesOn = onLine(bytes.toString("utf8"), number - 1);
  };
  for await (const chunk of createReadStream(file)) {
    if (Buffer.isBuffer(chunk)) splitter.push(chunk, take);
    if (!reading.goesOn) return;
  }
  splitter.end(take);
}

/** undefined for what is not there. */
async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCodeOf(error) ?? "")) return undefined;
    throw error;
  }
}
