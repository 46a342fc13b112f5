import type { GpuSample } from "../reading.ts";
import type { QueryField } from "./query.ts";

/** One line of `nvidia-smi --query-gpu … --format=csv,noheader,nounits`. */
export interface CsvLine {
  /** null: this GPU no longer tells its own number. */
  sample: GpuSample | null;
  /** How many GPUs the driver counts. */
  count: number | null;
  /** What the cells say of a GPU in trouble, in plain words. */
  fault: string | null;
}

/** A number, with a unit behind it in case an old driver prints one although it was told not to. */
const NUMBER = /^-?\d{1,12}(?:\.\d{1,6})?(?= ?(?:MiB|%|W|C)?$)/;

/** Reads one line. null: it is no row of these columns, so it is a message. Never throws. */
export function parseCsvLine(line: string, columns: readonly QueryField[]): CsvLine | null {
  const cells = line.split(",").map((cell) => cell.trim());
  if (cells.length < columns.length) return null;
  const cell = (field: QueryField): string => {
    const place = columns.indexOf(field);
    if (place === -1) return "";
    return place === columns.length - 1 ? cells.slice(place).join(", ") : (cells[place] ?? "");
  };
  const number = (field: QueryField): number | null => readNumber(cell(field));
  const index = number("index");
  const name = nameOf(cell("name"), index);
  const fault = faultOf(cells, index === null ? "A GPU" : `GPU ${index} (${name})`);
  const count = number("count");
  if (index === null) return fault === null ? null : { sample: null, count, fault };
  const sample: GpuSample = {
    index,
    uuid: readText(cell("uuid")) ?? `gpu-${index}`,
    name,
    driver: readText(cell("driver_version")),
    totalMiB: number("memory.total"),
    usedMiB: number("memory.used"),
    freeMiB: number("memory.free"),
    utilizationPercent: number("utilization.gpu"),
    temperatureC: number("temperature.gpu"),
    powerW: number("power.draw"),
    powerLimitW: number("power.limit"),
    computeCapability: readCapability(cell("compute_cap")),
  };
  return { sample, count, fault };
}

function readNumber(cell: string): number | null {
  const digits = NUMBER.exec(cell)?.[0];
  return digits === undefined ? null : Number(digits);
}

/** `[N/A]`, `[Not Supported]` (driver 470), `[Insufficient Permissions]`, `[Unknown Error]`, `ERR!` … are no text. */
function readText(cell: string): string | null {
  return cell === "" || cell.startsWith("[") || cell === "N/A" || isError(cell) ? null : cell;
}

function readCapability(cell: string): string | null {
  return /^\d{1,3}\.\d{1,2}$/.test(cell) ? cell : null;
}

function nameOf(cell: string, index: number | null): string {
  return readText(cell) ?? (index === null ? "unknown" : `GPU ${index}`);
}

function isError(cell: string): boolean {
  return cell === "ERR!" || /^\[?Unknown Error\]?$/.test(cell);
}

function faultOf(cells: readonly string[], who: string): string | null {
  if (cells.includes("[GPU is lost]")) {
    return `${who} is lost: it has fallen off the bus. Only a restart of the machine brings it back.`;
  }
  if (cells.some((cell) => /^\[(?:GPU requires reset|Reset Required)\]$/i.test(cell))) {
    return `${who} needs a reset after an error. Stop what uses it, then: sudo nvidia-smi -r. If that is refused, restart the machine.`;
  }
  if (cells.some(isError)) {
    return `${who} answers with an error (${cells.find(isError) ?? ""}). If it stays so, restart the machine and look for Xid in the kernel log.`;
  }
  return null;
}
