import type { Confidence, EngineCause, FactValue, ProfileChange, Remedy } from "../../protocol/engine.ts";
import type { Failure, Transcript } from "./transcript/types.ts";

export type Facts = Record<string, FactValue>;

/**
 * root: this failure by itself is the cause.
 * symptom: it is what other causes look like from outside; a root anywhere in the run comes first.
 * mention: said, without a sign that anything ended of it.
 */
export type Weight = "root" | "symptom" | "mention";

/** What a rule makes of a failure. */
export interface Finding {
  cause: EngineCause;
  weight: Weight;
  confidence: Confidence;
  summary: string;
  facts: Facts;
  remedies: Remedy[];
  /** Lines besides the failure's own that prove it. */
  alsoLines: number[];
}

/** Knows one cause. Looks at one failure at a time, in the order in which they happened. */
export interface Rule {
  cause: EngineCause;
  judge(failure: Failure, log: Transcript): Finding | null;
}

type Known = Pick<Finding, "cause" | "summary"> & Partial<Finding>;

/** A finding on a failure; what it weighs follows from whether the failure was fatal, unless the rule knows better. */
export function finding(failure: Failure, known: Known): Finding {
  return {
    weight: failure.isFatal ? "root" : "mention",
    confidence: failure.isFatal ? "high" : "low",
    facts: {},
    remedies: [],
    alsoLines: [],
    ...known,
  };
}

export function advice(text: string, change: ProfileChange | null = null): Remedy {
  return { text, change };
}

/** Without the values that were not there. */
export function someFacts(facts: Readonly<Record<string, FactValue | null | undefined>>): Facts {
  const known: Facts = {};
  for (const [name, value] of Object.entries(facts)) {
    if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) continue;
    known[name] = value;
  }
  return known;
}
