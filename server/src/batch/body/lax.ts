/**
 * The conversions that vLLM makes when it reads a body: those of pydantic 2 in its lax mode, for values that came out
 * of JSON (pydantic's conversion table; each seen on vLLM 0.32.0). A float without a fraction is a whole number here
 * already, since JavaScript knows no other.
 */
export type ScalarType = "number" | "integer" | "boolean" | "string";

const integerText = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/;
const digits = String.raw`\d+(?:_\d+)*`;
const numberText = new RegExp(`^[+-]?(?:${digits}(?:\\.(?:${digits})?)?|\\.${digits})(?:[eE][+-]?${digits})?$`);
const specialText = /^[+-]?(?:nan|inf|infinity)$/i;
const yes: ReadonlySet<string> = new Set(["1", "on", "t", "true", "y", "yes"]);
const no: ReadonlySet<string> = new Set(["0", "off", "f", "false", "n", "no"]);

/** What vLLM makes of `value` where it wants `type`; undefined when it refuses. */
export function convert(value: unknown, type: ScalarType): number | boolean | string | undefined {
  switch (type) {
    case "integer":
      return toInteger(value);
    case "number":
      return toNumber(value);
    case "boolean":
      return toBoolean(value);
    case "string":
      return typeof value === "string" ? value : undefined;
  }
}

function toInteger(value: unknown): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return Number.isInteger(value) ? value : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  return integerText.test(text) ? Number(text.replaceAll("_", "")) : undefined;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if (numberText.test(text)) return Number(text.replaceAll("_", ""));
  if (!specialText.test(text)) return undefined;
  if (/nan/i.test(text)) return NaN;
  return text.startsWith("-") ? -Infinity : Infinity;
}

function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value === 0 || value === 1 ? value === 1 : undefined;
  if (typeof value !== "string") return undefined;
  const text = value.toLowerCase();
  if (yes.has(text)) return true;
  return no.has(text) ? false : undefined;
}

/** Whether Python takes the value for true in a condition: vLLM asks so of values that it has not converted yet. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
