import os from "node:os";
import type { Clock } from "../../util/clock.ts";
import { amdSmiArguments, parseAmdSmi } from "../others/amdSmi.ts";
import { ioregArguments, parseIoreg } from "../others/ioreg.ts";
import { parseRocmSmi, rocmSmiArguments } from "../others/rocmSmi.ts";
import type { GpuFindings, GpuTool } from "../reading.ts";
import { findProgram } from "./findProgram.io.ts";
import { outputLines } from "./outputLines.io.ts";

export interface FoundTool {
  tool: GpuTool;
  path: string;
}

/** Where the tools are looked for, and what they are started with. */
export interface GpuWorld {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  platform: NodeJS.Platform;
}

const MOST_CHARACTERS = 4_000_000;

/** The tool that knows this machine's GPUs; null: none is there. NVIDIA's comes first, for vLLM is made for it. */
export async function findTool({ env, platform }: GpuWorld): Promise<FoundTool | null> {
  const names: readonly GpuTool[] =
    platform === "darwin" ? ["nvidia-smi", "ioreg"] : ["nvidia-smi", "rocm-smi", "amd-smi"];
  for (const tool of names) {
    const path = await findProgram(tool, env);
    if (path !== null) return { tool, path };
  }
  return null;
}

/** Asks a tool that answers once and ends. Not for nvidia-smi. */
export async function askTool({ tool, path }: FoundTool, world: GpuWorld, deadlineMs: number): Promise<GpuFindings> {
  const { args, parse } = questions(tool);
  const { lines, end } = await outputLines({
    ...{ command: path, args, deadlineMs },
    ...{ env: world.env, clock: world.clock, mostCharacters: MOST_CHARACTERS },
  });
  if (end === null) return { gpus: [], fault: noAnswer(tool, deadlineMs) };
  if (end.code !== 0) {
    const how = end.signal ?? `exit code ${end.code ?? "unknown"}`;
    return { gpus: [], fault: `${tool} gave up (${how}): ${(lines.at(-1) ?? "it said nothing").slice(0, 200)}` };
  }
  return parse(lines.join("\n"));
}

/** What to say of a tool that says nothing. */
export function noAnswer(tool: GpuTool, waitedMs: number): string {
  return `${tool} has said nothing for ${Math.round(waitedMs / 1000)} s and was ended: the driver may hang. If it stays so, restart the machine.`;
}

function questions(tool: GpuTool): { args: readonly string[]; parse: (output: string) => GpuFindings } {
  if (tool === "ioreg") return { args: ioregArguments, parse: (output) => parseIoreg(output, os.totalmem()) };
  return tool === "amd-smi"
    ? { args: amdSmiArguments, parse: parseAmdSmi }
    : { args: rocmSmiArguments, parse: parseRocmSmi };
}
