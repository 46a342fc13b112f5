/** Limits of numbers, and of the length of strings. */
import type { JsonPath } from "../finding.ts";
import { isTruthy } from "./lax.ts";
import type { Schema } from "./schema.ts";
import { say, type Scope } from "./scope.ts";
import { nameOf } from "./words.ts";

/** Whether a limit is broken and that has been told. */
export function explainLimits(schema: Schema, value: unknown, path: JsonPath, scope: Scope): boolean {
  if (isUnchecked(schema, scope)) return false;
  if (typeof value === "string") {
    if (value.length >= (schema.minLength ?? 0)) return false;
    say(scope, "body.empty", path, `${nameOf(path)} must not be an empty string.`);
    return true;
  }
  if (typeof value !== "number") return false;
  if (schema["x-int64"] === true && sayBeyondInt64(value, path, scope)) return true;
  // vLLM wants top_p above 0, OpenAI takes 0 too.
  const isLeast = scope.target === "openai" && value === schema.exclusiveMinimum;
  if ((isLeast || isWithin(schema, value)) && !(isWhole(schema) && Math.abs(value) > TRANSPORT_LIMIT)) return false;
  say(scope, "body.range", path, `${nameOf(path)} must be ${limits(schema)}, not ${String(value)}.`);
  return true;
}

/** What the transport between vLLM's processes carries of whole numbers. */
const TRANSPORT_LIMIT = 2 ** 64;

/** NaN, which vLLM reads from text, is within no limits. */
function isWithin({ minimum, maximum, exclusiveMinimum }: Schema, value: number): boolean {
  if (minimum !== undefined && !(value >= minimum)) return false;
  if (exclusiveMinimum !== undefined && !(value > exclusiveMinimum)) return false;
  return maximum === undefined || value <= maximum;
}

function isWhole(schema: Schema): boolean {
  return schema.type === "integer" || (Array.isArray(schema.type) && schema.type.includes("integer"));
}

/** Beam search does not pass through the checks of the other sampling parameters (vLLM 0.32, seen). */
export function isUnchecked(schema: Schema, scope: Scope): boolean {
  return schema["x-sampling"] === true && isTruthy(scope.body["use_beam_search"]);
}

const INT64_LIMIT = 2n ** 63n;

/** Near the limit a double does not tell what is written: 2^63 - 1, which fits, reads as 2^63. */
function sayBeyondInt64(value: number, path: JsonPath, scope: Scope): boolean {
  if (Math.abs(value) < 2 ** 63) return false;
  const text = scope.textOf?.(path) ?? "";
  // Without the text, the benefit of the doubt.
  const written = /^-?\d+$/.test(text) ? BigInt(text) : Math.abs(value) === 2 ** 63 ? 0n : INT64_LIMIT;
  if (written < INT64_LIMIT && written >= -INT64_LIMIT) return false;
  say(scope, "body.range", path, `${nameOf(path)} must fit in 64 bits: between -2^63 and 2^63 - 1.`);
  return true;
}

function limits({ minimum, maximum, exclusiveMinimum, type }: Schema): string {
  const least = exclusiveMinimum ?? minimum;
  // Beyond what anybody means, the limit is one of the transport.
  const isOpen = maximum === undefined || maximum > Number.MAX_SAFE_INTEGER;
  if (least === undefined) return isOpen ? "smaller" : `at most ${maximum}`;
  if (exclusiveMinimum !== undefined)
    return isOpen ? `above ${least} and finite` : `above ${least} and at most ${maximum}`;
  if (!isOpen) return `between ${least} and ${maximum}`;
  return type === undefined ? "in range" : `${least} or more`;
}
