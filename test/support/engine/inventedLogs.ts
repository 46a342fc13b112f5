import { readFileSync } from "node:fs";
import path from "node:path";
import { property } from "../../../server/src/util/unknown.ts";

/** A log whose cause is known. */
export interface Labelled {
  file: string;
  text: string;
  cause: string;
  /** Causes that are not wrong either. */
  accepted: readonly string[];
  exit: { code: number | null; signal: string | null };
  stopRequested: boolean;
  facts: Readonly<Record<string, unknown>>;
}

const folder = path.join(import.meta.dirname, "../../fixtures/engine-logs/invented");

/** Transcripts in the form of many versions, written for these tests. */
export function inventedLogs(): Labelled[] {
  const labels: unknown = JSON.parse(readFileSync(path.join(folder, "labels.json"), "utf8"));
  if (!Array.isArray(labels)) throw new Error("labels.json is no list");
  return labels.map(readLabel);
}

function readLabel(label: unknown): Labelled {
  const file = String(property(label, "file"));
  const exit = property(label, "exit");
  const code = property(exit, "code");
  const signal = property(exit, "signal");
  const also = property(label, "also_accept");
  const facts = property(label, "facts");
  return {
    file,
    text: readFileSync(path.join(folder, file), "utf8"),
    cause: String(property(label, "cause")),
    accepted: Array.isArray(also) ? also.map(String) : [],
    exit: { code: typeof code === "number" ? code : null, signal: typeof signal === "string" ? signal : null },
    stopRequested: property(property(label, "context"), "stopRequested") === true,
    facts: typeof facts === "object" && facts !== null ? { ...facts } : {},
  };
}
