import simulatorFlags from "./simulatorFlags.json" with { type: "json" };
import serveFlags from "./serveFlags.json" with { type: "json" };

/** What follows a flag: nothing (and whether `--no-…` exists), one value, one or none, or at least one. */
export type FlagKind = "switch" | "toggle" | "value" | "optional" | "list";

export interface Flag {
  /** Long spelling first; a toggle's second spelling is its `--no-…`. */
  options: readonly string[];
  kind: FlagKind;
  number: "int" | "float" | "size" | "sizeOrAuto" | undefined;
  choices: readonly string[] | undefined;
}

/** As the JSON files have it. */
interface RawFlag {
  options: string[];
  kind: string;
  number?: string;
  choices?: string[];
}

/**
 * All flags of `vllm serve` 0.32.0 (read off its own argument parser), so that a command line meant for the real one
 * is taken or refused alike, and after them the simulator's own.
 */
export const flags: readonly Flag[] = [...serveFlags, ...simulatorFlags].map((raw: RawFlag) => ({
  options: raw.options,
  kind: kindOf(raw.kind),
  number: numberOf(raw.number),
  choices: raw.choices,
}));

function kindOf(text: string): FlagKind {
  switch (text) {
    case "switch":
    case "toggle":
    case "value":
    case "optional":
    case "list":
      return text;
    default:
      throw new Error(`Unknown kind of flag: ${text}`);
  }
}

function numberOf(text: string | undefined): Flag["number"] {
  switch (text) {
    case undefined:
    case "int":
    case "float":
    case "size":
    case "sizeOrAuto":
      return text;
    default:
      throw new Error(`Unknown kind of number: ${text}`);
  }
}
