import { property } from "../../util/unknown.ts";

/** The JSON document in a tool's output, before and behind which it may print warnings; undefined: there is none. */
export function jsonIn(output: string): unknown {
  const start = output.search(/[[{]/);
  const end = Math.max(output.lastIndexOf("}"), output.lastIndexOf("]"));
  if (start === -1 || end < start) return undefined;
  // A warning may itself begin with a bracket, so the document is also looked for at the beginnings of lines.
  const later = output.slice(start).search(/\n[[{]/);
  return (
    parsed(output.slice(start, end + 1)) ?? (later === -1 ? undefined : parsed(output.slice(start + later, end + 1)))
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is what the caller reports.
    return undefined;
  }
}

/** A number, also as text ("47.0") or with its unit ({"value": 47}); null for "N/A" and the like. */
export function amount(value: unknown): number | null {
  const inner = property(value, "value") ?? value;
  if (typeof inner === "number") return Number.isFinite(inner) ? inner : null;
  return typeof inner === "string" && /^-?\d{1,18}(?:\.\d{1,9})?$/.test(inner) ? Number(inner) : null;
}

export function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value !== "N/A" ? value : null;
}
