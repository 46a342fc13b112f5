import type { Clock } from "../../util/clock.ts";
import { systemClock } from "../../util/systemClock.ts";
import { ReadingAssembler } from "../nvidia/assembler.ts";
import { explainExit } from "../nvidia/messages.ts";
import { queryArguments, queryColumns } from "../nvidia/query.ts";
import type { GpuFindings, GpuReading } from "../reading.ts";
import { outputLines } from "./outputLines.io.ts";
import { askTool, findTool, noAnswer, type FoundTool, type GpuWorld } from "./tools.io.ts";

export interface ReadGpusOptions {
  /** Its PATH is where the tools are looked for. */
  env: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
  platform?: NodeJS.Platform;
  /** Eight GPUs whose driver has to be woken first take some seconds. */
  deadlineMs?: number;
}

const MOST_CHARACTERS = 1_000_000;

/** Asks once. Never rejects: a machine without a GPU and a tool in trouble are answers, too. */
export async function readGpusOnce(options: ReadGpusOptions): Promise<GpuReading> {
  const { env, clock = systemClock, platform = process.platform, deadlineMs = 15_000 } = options;
  const world = { env, clock, platform };
  const found = await findTool(world);
  if (found === null) return { at: clock.date().toISOString(), gpus: [], fault: null, tool: null };
  const findings = await (found.tool === "nvidia-smi" ? askNvidia : askTool)(found, world, deadlineMs);
  return { at: clock.date().toISOString(), ...findings, tool: found.tool };
}

async function askNvidia({ path, tool }: FoundTool, world: GpuWorld, deadlineMs: number): Promise<GpuFindings> {
  const unknown = new Set<string>();
  for (;;) {
    const columns = queryColumns(unknown);
    const { lines, end } = await outputLines({
      ...{ command: path, args: queryArguments(columns, null), deadlineMs, mostCharacters: MOST_CHARACTERS },
      ...{ env: world.env, clock: world.clock },
    });
    const assembler = new ReadingAssembler(columns);
    const rounds = lines.flatMap((line) => assembler.push(line));
    // Each time one field less is asked for, so this ends.
    if (assembler.refused !== null) {
      unknown.add(assembler.refused);
      continue;
    }
    const last = assembler.flush();
    const gpus = [...rounds, ...(last === null ? [] : [last])].flatMap((round) => round.gpus);
    const faults = [...rounds, last].map((round) => round?.fault ?? null).filter((fault) => fault !== null);
    if (end === null) faults.push(noAnswer(tool, deadlineMs));
    else if (faults.length === 0 && (end.code !== 0 || gpus.length === 0)) {
      faults.push(explainExit(end.code, end.signal, assembler.said));
    }
    return { gpus, fault: faults.length === 0 ? null : faults.join(" ") };
  }
}
