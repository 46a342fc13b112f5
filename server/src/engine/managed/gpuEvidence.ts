import type { GpuHistory } from "../../gpu/history.ts";
import { saysGpuIsGone } from "../../gpu/nvidia/messages.ts";
import type { GpuPoint } from "../../gpu/sampleRing.ts";
import type { Diagnosis, EngineCause } from "../../protocol/engine.ts";

/** What a GPU did over a while: its peaks of memory (MiB) and heat (°C), its mean load (%) and power (W). */
export interface GpuPast extends Omit<GpuPoint, "at"> {
  name: string;
}

/**
 * @param since milliseconds since 1970
 * @param used the UUIDs of those to tell of: what others do explains nothing. null: all
 */
export function gpuPast(history: GpuHistory, since: number, used: readonly string[] | null): GpuPast[] {
  return history.gpus().flatMap(({ uuid, name }) => {
    if (used !== null && !used.includes(uuid)) return [];
    const points = history.points(uuid, since);
    if (points.length === 0) return [];
    const highest = (key: keyof GpuPoint): number | null => fold(points, key, (all) => Math.max(...all));
    const mean = (key: keyof GpuPoint): number | null =>
      fold(points, key, (all) => Math.round(all.reduce((sum, one) => sum + one, 0) / all.length));
    return [
      {
        name,
        usedMiB: highest("usedMiB"),
        temperatureC: highest("temperatureC"),
        utilizationPercent: mean("utilizationPercent"),
        powerW: mean("powerW"),
      },
    ];
  });
}

function fold(
  points: readonly GpuPoint[],
  key: keyof GpuPoint,
  combine: (known: readonly number[]) => number,
): number | null {
  const known = points.map((point) => point[key]).filter((value) => value !== null);
  return known.length === 0 ? null : combine(known);
}

/** What the death of a GPU looks like from the engine's log, and its silence. */
const fromOutside: ReadonlySet<EngineCause> = new Set([
  "unknown",
  "worker_died",
  "engine_hang",
  "nccl_error",
  "exit0_after_engine_death",
  "startup_timeout",
]);

/** Where cards of all kinds have slowed down, or switch off (NVIDIA's slowdown limits lie between 83 and 98 °C). */
const HOT_C = 95;
/** Below this a GPU does nothing for an engine: a desktop takes some per cent. Above the other it works. */
const IDLE_PERCENT = 10;
const BUSY_PERCENT = 90;

/**
 * A diagnosis with what was seen of the GPUs: what the engine wrote goes before it, but a log that tells only that
 * something ended does not.
 * @param fault what is wrong with them now
 * @param past what they did in the last minute, or while nothing moved
 */
export function withGpuEvidence(diagnosis: Diagnosis, fault: string | null, past: readonly GpuPast[]): Diagnosis {
  if (fault !== null) return withFault(diagnosis, fault);
  const load = meanOf(past.map(({ utilizationPercent }) => utilizationPercent));
  const heat = Math.max(0, ...past.map(({ temperatureC }) => temperatureC ?? 0));
  const loadWords = diagnosis.cause === "engine_hang" && load !== null ? wordsOfLoad(load) : null;
  const heatWords = heat >= HOT_C ? `The GPU was at ${heat} °C, where cards slow down or switch off.` : null;
  return {
    ...diagnosis,
    summary: [diagnosis.summary, loadWords, heatWords].filter((words) => words !== null).join(" "),
    facts: {
      ...diagnosis.facts,
      ...(loadWords === null || load === null ? {} : { gpuUtilizationPercent: load }),
      ...(heatWords === null ? {} : { gpuTemperatureC: heat }),
    },
  };
}

function withFault(diagnosis: Diagnosis, fault: string): Diagnosis {
  const facts = { ...diagnosis.facts, gpuFault: fault };
  // A tool that does not answer explains no death.
  if (!saysGpuIsGone(fault)) return { ...diagnosis, facts };
  const summary = `${diagnosis.summary} ${fault}`;
  const isCause = fromOutside.has(diagnosis.cause) || diagnosis.confidence === "low";
  if (!isCause) return { ...diagnosis, summary, facts };
  return {
    ...diagnosis,
    cause: "cuda_illegal_access",
    confidence: "medium",
    summary,
    facts,
    remedies: [{ text: "Restart the machine. If it comes back: power supply, heat, riser, slot", change: null }],
  };
}

function wordsOfLoad(load: number): string | null {
  if (load < IDLE_PERCENT)
    return `The GPU did next to nothing meanwhile (${load} % load): the engine waits for something else.`;
  if (load < BUSY_PERCENT) return null;
  return `The GPU was at ${load} % load meanwhile: something runs on it and does not end.`;
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.round(known.reduce((sum, one) => sum + one, 0) / known.length);
}
