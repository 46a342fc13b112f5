import { duration } from "../../util/duration.ts";
import type { Calibration, Pass } from "./calibration.ts";

export interface CalibrationFindings {
  input: string;
  /** Valid ones in the file. */
  requests: number;
  passes: readonly Pass[];
  /** null: stopped before the first pass was over. */
  result: Calibration | null;
  simulated: boolean;
  /** The engine runs on this machine. */
  isLocal: boolean;
}

/** Each pass draws for itself. Up to this share of the file for all of them, less than a quarter of any is known. */
const REPEATING_SHARE = 1 / 4;

export type CalibrationReport = ReturnType<typeof calibrationReport>;

/** What programs are told. */
export function calibrationReport({ input, requests, passes, result, simulated, isLocal }: CalibrationFindings) {
  const told = simulated || !isLocal ? null : (result?.kilowattHours ?? null);
  return {
    file: input,
    requests,
    simulated,
    tokensPerSecond: rounded(result?.tokensPerSecond),
    requestsPerSecond: rounded(result?.requestsPerSecond),
    inFlight: result?.best.inFlight ?? null,
    perhapsMoreInFlight: result?.perhapsMore ?? null,
    hours: rounded(result?.hours),
    energy: told === null ? null : { kilowattHours: rounded(told), watts: rounded(result?.best.watts) },
    energyUnknown: told === null ? whyNoEnergy(simulated, isLocal) : null,
    /** Small files: later passes had requests of earlier ones again, which the engine's cache makes faster. */
    repeatsRequests: passes.reduce((sum, { answered }) => sum + answered, 0) > REPEATING_SHARE * requests,
    passes: passes.map((pass) => ({ ...pass, watts: simulated || !isLocal ? null : pass.watts })),
  };
}

/** The same for a person. */
export function calibrationText(report: CalibrationReport): string {
  const { requests, tokensPerSecond, requestsPerSecond, inFlight, hours, energy, energyUnknown } = report;
  const more = report.perhapsMoreInFlight === true ? " (or more: the sample has no more)" : "";
  return [
    ...(report.simulated ? ["The engine is simulated: these figures mean nothing."] : []),
    tokensPerSecond === null
      ? `Speed: ${requestsPerSecond ?? 0} requests/s (tokens are not known: the server does not count them).`
      : `Speed: ${tokensPerSecond} tokens/s, ${requestsPerSecond ?? 0} requests/s.`,
    `Best requests in flight: ${inFlight ?? 0}${more}.`,
    `All ${requests.toLocaleString("en-US")} requests: about ${duration((hours ?? 0) * 3600)}.`,
    energy === null
      ? `Energy: not known: ${energyUnknown ?? ""}.`
      : `Energy: about ${energy.kilowattHours ?? 0} kWh (all GPUs of this machine: ${energy.watts ?? 0} W).`,
    ...(report.repeatsRequests
      ? ["The file is small: later passes had some requests again, from the cache, so a run is rather slower."]
      : []),
  ].join("\n");
}

function whyNoEnergy(simulated: boolean, isLocal: boolean): string {
  if (simulated) return "the engine is simulated";
  return isLocal ? "no GPU of this machine tells its power" : "the engine runs on another machine";
}

/** Three figures are enough. */
function rounded(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(3));
}
