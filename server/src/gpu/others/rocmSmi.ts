import type { GpuFindings, GpuSample } from "../reading.ts";
import { isObject, property, type JsonObject } from "../../util/unknown.ts";
import { amount, jsonIn, text } from "./values.ts";

export const rocmSmiArguments: readonly string[] = [
  "--showproductname",
  "--showuniqueid",
  "--showdriverversion",
  "--showmeminfo",
  "vram",
  "--showuse",
  "--showtemp",
  "--showpower",
  "--showmaxpower",
  "--json",
];

const BYTES_PER_MIB = 1024 ** 2;

/** Reads the answer of `rocm-smi … --json`: `{"card0": {"VRAM Total Memory (B)": "21458059264", …}, "system": {…}}`. */
export function parseRocmSmi(output: string): GpuFindings {
  const answer = jsonIn(output);
  if (!isObject(answer)) return { gpus: [], fault: "rocm-smi gave no answer that could be read." };
  const driver = text(property(answer["system"], "Driver version"));
  const gpus = Object.entries(answer).flatMap(([key, card]) => {
    const index = /^card(\d{1,3})$/.exec(key)?.[1];
    return index === undefined || !isObject(card) ? [] : [readCard(Number(index), card, driver)];
  });
  return { gpus: gpus.sort((a, b) => a.index - b.index), fault: null };
}

/** The words of the keys differ between ROCm 5, 6 and 7. */
function readCard(index: number, card: JsonObject, driver: string | null): GpuSample {
  const mebibytes = (key: string): number | null => {
    const bytes = amount(card[key]);
    return bytes === null ? null : Math.round(bytes / BYTES_PER_MIB);
  };
  const totalMiB = mebibytes("VRAM Total Memory (B)");
  const usedMiB = mebibytes("VRAM Total Used Memory (B)");
  return {
    index,
    uuid: text(card["Unique ID"]) ?? text(card["GUID"]) ?? `card${index}`,
    name: text(card["Card Series"]) ?? text(card["Card series"]) ?? text(card["Device Name"]) ?? `AMD GPU ${index}`,
    driver,
    totalMiB,
    usedMiB,
    freeMiB: totalMiB === null || usedMiB === null ? null : Math.max(0, totalMiB - usedMiB),
    utilizationPercent: amount(card["GPU use (%)"]),
    temperatureC: amount(card["Temperature (Sensor edge) (C)"]) ?? amount(card["Temperature (Sensor junction) (C)"]),
    powerW:
      amount(card["Current Socket Graphics Package Power (W)"]) ?? amount(card["Average Graphics Package Power (W)"]),
    powerLimitW: amount(card["Max Graphics Package Power (W)"]),
    computeCapability: null,
  };
}
