import type { JsonPath } from "../finding.ts";

/** How a message names a place in the body: `messages[0].content`, `the body`. */
export function nameOf(path: JsonPath): string {
  const [, ...steps] = path;
  if (steps.length === 0) return "the body";
  const name = steps.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return `"${name.replace(/^\./, "")}"`;
}

/** A value's type in words, with its article. */
export function typeInWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  switch (typeof value) {
    case "string":
      return "a string";
    case "number":
      return "a number";
    case "boolean":
      return "a boolean";
    default:
      return "an object";
  }
}

const MAX_SHOWN = 40;

/** The value itself where it is short, else its type. */
export function inWords(value: unknown): string {
  if (value === undefined || (typeof value === "object" && value !== null)) return typeInWords(value);
  // Not in JSON, but vLLM makes them of text.
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : typeInWords(value);
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

/** `a, b and c`. */
export function allOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

export function quoted(word: string): string {
  return JSON.stringify(word);
}
