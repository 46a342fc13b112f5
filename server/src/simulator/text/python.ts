/** How Python writes values: vLLM's messages are full of them. */

/** repr() of a text: single quotes, unless that would need more escapes than double ones. */
export function pythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(quote, `\\${quote}`);
  return `${quote}${body}${quote}`;
}

/** repr() of a float: 3 is written 3.0. */
export function pythonFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}

/** str() of a scalar of JSON. */
export function pythonScalar(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "number" || typeof value === "string" ? String(value) : typeof value;
}

/** repr() of settings: texts quoted, lists in brackets. */
export function pythonLiteral(value: string | number | boolean | readonly string[]): string {
  if (typeof value === "string") return pythonText(value);
  if (typeof value === "boolean" || typeof value === "number") return pythonScalar(value);
  return `[${value.map(pythonText).join(", ")}]`;
}
