import { open, stat } from "node:fs/promises";
import path from "node:path";
import type { Manifest, RunSummary } from "../../protocol/records.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readChunks } from "../../util/readChunks.io.ts";
import { errorCodeOf, property } from "../../util/unknown.ts";
import type { GpuNow } from "../../protocol/gpu.ts";
import { summaryOf } from "../manifest.ts";
import { etaSeconds } from "../etaSeconds.ts";
import { parseGpuNow } from "../parseGpuNow.ts";
import { EVENTS_FILE } from "./events.io.ts";
import { isLocked } from "./lock.io.ts";
import { MANIFEST_FILE, readManifest } from "./manifest.io.ts";
import { ERRORS_FILE } from "./resultLog.io.ts";
import { scanResults } from "./scanResults.io.ts";

export interface Cause {
  code: string;
  count: number;
  /** The first of them. */
  example: { customId: string | null; line: number; message: string };
}

/** How a run stands, read from its folder while it goes on or after. */
export interface RunState {
  manifest: Manifest;
  summary: RunSummary;
  /** A process works on it now. */
  running: boolean;
  /** It should be running and nobody works on it: its process was killed. */
  interrupted: boolean;
  /** What the process that runs it said last. */
  progress: {
    inFlight: number;
    requestsPerSecond: number;
    tokensPerSecond: number;
    etaSeconds: number | null;
    /** null: there is none, or nobody watches it for the run. */
    gpu: GpuNow | null;
  } | null;
  /** Why requests failed, the most frequent reason first. */
  causes: Cause[];
}

const OVER = new Set(["completed", "failed", "cancelled", "paused"]);

/**
 * Reads the state of a run; writes nothing. Counts are those of the files. Throws RunProblem.
 * @param now the calendar's time
 */
export async function readStatus(folder: string, now: Date): Promise<RunState> {
  const target = path.resolve(folder);
  const running = isLocked(target);
  const manifest = await readManifest(target);
  const { completed, failed, promptTokens, completionTokens } = await scanResults(target);
  Object.assign(manifest.counts, { completed, failed, promptTokens, completionTokens });
  if (running) {
    // The manifest of a run that goes on is some seconds old.
    const { mtimeMs } = await stat(path.join(target, MANIFEST_FILE));
    manifest.counts.seconds += Math.max(0, now.getTime() - mtimeMs) / 1000;
  }
  const interrupted = !running && !OVER.has(manifest.status);
  const summary = summaryOf(manifest, target);
  if (interrupted) {
    summary.status = "paused";
    summary.reason = "The process that worked on it is gone.";
  }
  const left = manifest.counts.total - completed - failed;
  const progress = running ? await lastProgress(target, left) : null;
  return { manifest, summary, running, interrupted, progress, causes: await readCauses(target) };
}

const TAIL_BYTES = 256 << 10;

async function lastProgress(folder: string, left: number): Promise<RunState["progress"]> {
  const lines = (await readTail(path.join(folder, EVENTS_FILE))).split("\n").reverse();
  for (const line of lines) {
    if (!line.includes('"event":"progress"') || !line.endsWith("}")) continue;
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      // The first line of the tail may be cut.
      continue;
    }
    const figure = (key: string): number => Number(property(event, key) ?? 0);
    const requestsPerSecond = figure("requestsPerSecond");
    return {
      inFlight: figure("inFlight"),
      requestsPerSecond,
      tokensPerSecond: figure("tokensPerSecond"),
      etaSeconds: etaSeconds(left, requestsPerSecond),
      gpu: parseGpuNow(property(event, "gpu")),
    };
  }
  return null;
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readCauses(folder: string): Promise<Cause[]> {
  const causes = new Map<string, Cause>();
  const splitter = new LineSplitter();
  try {
    for await (const chunk of readChunks(path.join(folder, ERRORS_FILE))) {
      splitter.push(chunk, ({ bytes }) => countCause(causes, bytes.toString("utf8")));
    }
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}

function countCause(causes: Map<string, Cause>, line: string): void {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // A torn line is for a resume to mend.
    return;
  }
  const error = property(value, "error");
  const [code, message, number] = [property(error, "code"), property(error, "message"), property(error, "line")];
  if (typeof code !== "string") return;
  const known = causes.get(code);
  if (known !== undefined) {
    known.count += 1;
    return;
  }
  const customId = property(value, "custom_id");
  causes.set(code, {
    code,
    count: 1,
    example: {
      customId: typeof customId === "string" ? customId : null,
      line: typeof number === "number" ? number : 0,
      message: typeof message === "string" ? message : "",
    },
  });
}
