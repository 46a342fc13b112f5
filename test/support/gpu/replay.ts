import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** Cells by field, exactly as the driver writes them with `--format=csv,noheader,nounits`. */
export type RecordedGpu = Readonly<Record<string, string>>;

export const rtx4090: RecordedGpu = {
  index: "0",
  uuid: "GPU-6ff4b7d2-5a2f-1ad3-7b30-0d4fbb0b6c11",
  driver_version: "550.54.15",
  "memory.total": "24564",
  "memory.used": "1553",
  "memory.free": "23011",
  "utilization.gpu": "7",
  "temperature.gpu": "41",
  "power.draw": "22.40",
  "power.limit": "450.00",
  compute_cap: "8.9",
  name: "NVIDIA GeForce RTX 4090",
};

/** Driver 470 knows no compute_cap, and writes what a board cannot tell in other words. */
export const gtx1050On470: RecordedGpu = {
  ...rtx4090,
  uuid: "GPU-1f1c09a8-4b44-93d9-6b1e-2f9e0d6a7b51",
  driver_version: "470.256.02",
  "memory.total": "2000",
  "memory.used": "310",
  "memory.free": "1690",
  "power.draw": "[Not Supported]",
  "power.limit": "[Not Supported]",
  name: "NVIDIA GeForce GTX 1050",
};

/** A card cut up by MIG tells no load. */
export const a100Mig: RecordedGpu = {
  ...rtx4090,
  uuid: "GPU-9d0a7a4c-2f55-7e0a-8a5a-61c1f0f0a1d7",
  driver_version: "535.86.10",
  "memory.total": "81920",
  "memory.used": "36537",
  "memory.free": "44513",
  "utilization.gpu": "[N/A]",
  "power.draw": "87.12",
  "power.limit": "400.00",
  compute_cap: "8.0",
  name: "NVIDIA A800-SXM4-80GB",
};

/** It shares the machine's memory, so it has none of its own to tell. */
export const gb10: RecordedGpu = {
  ...rtx4090,
  uuid: "GPU-c4ab4d0d-8a8b-0d9b-3c8a-8a6c63d8b0f2",
  driver_version: "580.126.09",
  "memory.total": "[N/A]",
  "memory.used": "[N/A]",
  "memory.free": "[N/A]",
  "power.limit": "[N/A]",
  compute_cap: "12.1",
  name: "NVIDIA GB10",
};

const PRELUDE = `
const fs = require("node:fs");
const path = require("node:path");
const args = process.argv.slice(2);
const folder = path.dirname(process.argv[1]);
fs.appendFileSync(path.join(folder, "lives"), process.pid + "\\n");
fs.writeFileSync(path.join(folder, "arguments"), args.join(" "));
const life = fs.readFileSync(path.join(folder, "lives"), "utf8").trim().split("\\n").length;
const columns = (args.find((arg) => arg.startsWith("--query-gpu=")) ?? "").slice(12).split(",");
const loops = args.includes("-l") || args.includes("-lms");
const stay = () => setInterval(() => undefined, 60_000);
const rowOf = (gpu, count) => columns.map((column) => (column === "count" ? count : gpu[column])).join(", ");
const say = (text) => fs.writeSync(1, text + "\\n");
const complain = (text) => fs.writeSync(2, text + "\\n");
/** Prints a round now and, in a loop, each 20 ms. */
const replay = (round) => {
  round(0);
  let tick = 0;
  if (loops) setInterval(() => round(++tick), 20);
};
const gpus = GPUS;
const all = (list = gpus) => { for (const gpu of list) say(rowOf(gpu, gpus.length)); };
`;

export interface Replay {
  folder: string;
  env: Readonly<Record<string, string>>;
  /** Process ids of all its lives so far. */
  lives: () => Promise<number[]>;
  /** What its newest life was started with. */
  arguments: () => Promise<string>;
  remove: () => Promise<void>;
}

/**
 * A folder for the PATH with a small program in the place of a tool. Its body is JavaScript that prints what a real one
 * was seen to print; it may use what the prelude above defines.
 */
export async function replayTool(tool: string, body: string, gpus: readonly RecordedGpu[] = []): Promise<Replay> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "gpu-"));
  const file = path.join(folder, tool);
  const numbered = gpus.map((gpu, index) => ({ ...gpu, index: gpu["index"] === "0" ? String(index) : gpu["index"] }));
  const prelude = PRELUDE.replace("GPUS", () => JSON.stringify(numbered));
  await writeFile(file, `#!${process.execPath}\n${prelude}\n${body}\n`);
  await chmod(file, 0o755);
  const read = async (name: string): Promise<string> => await readFile(path.join(folder, name), "utf8").catch(() => "");
  return {
    folder,
    env: { PATH: folder },
    lives: async () => (await read("lives")).split("\n").filter(Boolean).map(Number),
    arguments: async () => await read("arguments"),
    remove: async () => await rm(folder, { recursive: true, force: true }),
  };
}

/** Whether this process is there (a zombie counts: we have still to collect it). */
export async function isAlive(pid: number): Promise<boolean> {
  return (await stateOf(pid)) !== null;
}

/** Whether this process, which is no child of ours, still does anything. */
export async function isRunning(pid: number): Promise<boolean> {
  const state = await stateOf(pid);
  return state !== null && state !== "Z";
}

async function stateOf(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat?.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) ?? null;
}
