import { randomBytes } from "node:crypto";
import { truncateSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import type { InvalidLine } from "../../batch/checker.ts";
import { checkFile, type FileCheck } from "../../batch/io/checkFile.io.ts";
import { neededTokens } from "../../batch/report/neededTokens.ts";
import type { Manifest } from "../../protocol/records.ts";
import { BitSet } from "../../util/bitSet.ts";
import { errorCodeOf, isObject, messageOf, property } from "../../util/unknown.ts";
import { errorOfInvalidLine, isUnusable } from "../invalidLines.ts";
import { invalidLine } from "../outputLine.ts";
import { idMaker } from "../requestIds.ts";
import { RequestLengths, type LongestRequest } from "../requestLengths.ts";
import { RunProblem } from "../runProblem.ts";
import type { RunWorld } from "../runWorld.ts";
import { selectedCount } from "../selection.ts";
import { AppendLog } from "./appendLog.io.ts";
import { ERRORS_FILE } from "./resultLog.io.ts";

export interface CheckedInput {
  /** The file as it was when the check began. */
  checked: Pick<Stats, "size" | "mtimeMs">;
  /** All lines that must not be sent. */
  invalidLines: BitSet;
  /** Of the requests that are sent; null for a sample, which is drawn later. */
  lengths: RequestLengths | null;
}

/** Size and times of the batch file. Throws RunProblem when it cannot be read. */
export async function statInput(input: string): Promise<Pick<Stats, "size" | "mtimeMs">> {
  try {
    const found = await stat(input);
    if (!found.isFile()) throw new RunProblem("input", `${input} is not a file.`);
    return found;
  } catch (error) {
    if (error instanceof RunProblem) throw error;
    const why = errorCodeOf(error) === "ENOENT" ? "there is no such file" : messageOf(error);
    throw new RunProblem("input", `The batch file ${input} cannot be read: ${why}.`, { cause: error });
  }
}

/**
 * Checks the batch file, and writes what it is into the manifest. Lines that must not be sent go to the error file,
 * unless the run is about a selection of the valid ones. Throws RunProblem when there is nothing to send.
 * @param onLongest is told, while the check goes on, each request that needs more of the context than all before
 */
export async function checkInput(
  folder: string,
  manifest: Manifest,
  world: RunWorld,
  onLongest: (longest: LongestRequest) => void = () => undefined,
): Promise<CheckedInput> {
  const { limit = Infinity, sample } = manifest.selection;
  const lengths = sample === undefined ? new RequestLengths(limit, onLongest) : null;
  const checked = await statInput(manifest.input.path);
  const isWhole = manifest.selection.limit === undefined && manifest.selection.sample === undefined;
  const collector = new InvalidLineCollector(path.join(folder, ERRORS_FILE), manifest, isWhole);
  try {
    const check = await runCheck(manifest, collector, lengths, world);
    lengths?.end();
    const longest = lengths?.longest ?? null;
    record(check, manifest, collector.count, isWhole);
    if (longest !== null) manifest.input.longest = longest;
  } finally {
    await collector.close();
  }
  return { checked, invalidLines: collector.lines, lengths };
}

async function runCheck(
  manifest: Manifest,
  collector: InvalidLineCollector,
  lengths: RequestLengths | null,
  world: RunWorld,
): Promise<FileCheck> {
  const { maxTokens } = manifest.overrides;
  try {
    return await checkFile(manifest.input.path, {
      target: "vllm",
      onInvalidLine: (line) => {
        if (collector.add(line)) lengths?.drop(line.line);
      },
      onRequest: ({ value, line }) => {
        const [url, body] = [property(value, "url"), property(value, "body")];
        if (typeof url === "string" && isObject(body)) lengths?.add(line, neededTokens(url, body, maxTokens));
      },
      signal: world.signal,
    });
  } catch (error) {
    if (world.signal.aborted) throw new RunProblem("stopped", "Stopped before the run had begun.", { cause: error });
    throw new RunProblem("input", `The batch file cannot be checked: ${messageOf(error)}.`, { cause: error });
  }
}

function record(check: FileCheck, manifest: Manifest, invalid: number, isWhole: boolean): void {
  const { sizeBytes, sha256, lines, requests, models } = check;
  manifest.input = { path: manifest.input.path, sizeBytes, sha256, lines, requests, invalid };
  manifest.models = manifest.overrides.model === undefined ? Object.keys(models) : [manifest.overrides.model];
  const valid = requests - invalid;
  manifest.counts.total = isWhole ? requests : selectedCount(manifest.selection, valid);
  if (valid > 0) return;
  const why = requests === 0 ? "it holds no requests" : `all ${requests} requests in it have errors`;
  throw new RunProblem(
    "input",
    `There is nothing to run in ${manifest.input.path}: ${why}. See: vllm-batch validate ${manifest.input.path}`,
  );
}

const WRITE_AT_BYTES = 1 << 20;

/** Keeps the lines that must not be sent: their numbers in memory, what is wrong with them in the error file. */
class InvalidLineCollector {
  readonly lines = new BitSet();
  count = 0;
  readonly #log: AppendLog | null;
  readonly #newId = idMaker(randomBytes);
  readonly #modelOverridden: boolean;
  #pending: string[] = [];
  #pendingChars = 0;

  constructor(file: string, manifest: Manifest, writes: boolean) {
    this.#modelOverridden = manifest.overrides.model !== undefined;
    // A check that was broken off has left a part of this.
    if (writes) new AppendLog(file).close();
    if (writes) truncateSync(file);
    this.#log = writes ? new AppendLog(file) : null;
  }

  /** Returns whether it must not be sent. */
  add(invalid: InvalidLine): boolean {
    if (!isUnusable(invalid, this.#modelOverridden)) return false;
    this.count += 1;
    for (let line = invalid.line; line <= invalid.endLine; line += 1) this.lines.add(line);
    if (this.#log === null) return true;
    const { customId, error } = errorOfInvalidLine(invalid);
    const text = invalidLine(`vllm-${this.#newId()}`, customId, error);
    this.#pending.push(text);
    this.#pendingChars += text.length;
    if (this.#pendingChars >= WRITE_AT_BYTES) this.#write();
    return true;
  }

  /** Writes and syncs what there is. */
  async close(): Promise<void> {
    const log = this.#log;
    if (log === null) return;
    this.#write();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    log.sync((error) => (error === null ? resolve(undefined) : reject(error)));
    await promise;
    log.close();
  }

  #write(): void {
    this.#log?.append(Buffer.from(this.#pending.join("")));
    this.#pending = [];
    this.#pendingChars = 0;
  }
}
