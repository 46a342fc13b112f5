const DECIMAL = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 } as const;
const BINARY = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

const factors: Readonly<Record<string, number>> = { ...DECIMAL, ...BINARY };

/** `1k` = 1,000, `1K` = 1,024, `25.6k` = 25,600 as vLLM reads sizes; undefined when it is none. */
export function parseHumanInteger(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kKmMgGtT])$/.exec(text.trim());
  if (match === null) return parseInteger(text);
  const [, digits = "", suffix = ""] = match;
  // vLLM refuses 1.5K: half a binary unit is more often a slip than meant.
  if (suffix in BINARY && digits.includes(".")) return undefined;
  return Math.trunc(Number(digits) * (factors[suffix] ?? 1));
}

/** A whole number as Python's int() reads it (without underscores); undefined when it is none. */
export function parseInteger(text: string): number | undefined {
  return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** A number as Python's float() reads it; undefined when it is none. */
export function parseFloatStrict(text: string): number | undefined {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(text) ? Number(text) : undefined;
}
