import { isObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { isTruthy } from "../lax.ts";
import { fixWith, removal, say, type Scope } from "../scope.ts";
import { inWords, nameOf, typeInWords } from "../words.ts";
import type { Judge } from "./judge.ts";

/** VLLM_MAX_STOP_STRINGS in vLLM 0.32, and OpenAI's limit. */
const MAX_STOPS = 4;

export const judgeStop: Judge = (value, path, scope) => {
  if (value === null) return;
  if (typeof value === "string") {
    // The responses endpoint takes it for "none".
    if (value === "" && scope.kind !== "response") sayEmptyStop(path, scope);
  } else if (Array.isArray(value)) {
    if (value.length > MAX_STOPS) {
      const limit = `vLLM takes more only with VLLM_MAX_STOP_STRINGS in its environment`;
      say(
        scope,
        "body.range",
        path,
        `"stop" may have at most ${MAX_STOPS} strings, and has ${value.length}; ${limit}.`,
      );
    }
    for (const [index, stop] of value.entries()) judgeStopString(stop, [...path, index], scope);
  } else {
    say(scope, "body.type", path, `"stop" must be a string or an array of strings, not ${inWords(value)}.`);
  }
};

function judgeStopString(stop: unknown, path: JsonPath, scope: Scope): void {
  if (typeof stop !== "string") {
    say(scope, "body.type", path, `${nameOf(path)} must be a string, not ${inWords(stop)}.`);
  } else if (stop === "") {
    sayEmptyStop(path, scope);
  }
}

function sayEmptyStop(path: JsonPath, scope: Scope): void {
  if (isTruthy(scope.body["use_beam_search"])) return;
  say(scope, "body.empty", path, `${nameOf(path)} must not be an empty string. Leave it out instead.`, {
    fix: removal(path),
  });
}

/** In Unicode characters. The field itself allows 1,024, a check before it 128 (vLLM 0.32, seen). */
const MAX_SALT = 128;

export const judgeCacheSalt: Judge = (value, path, scope) => {
  if (value === null) return;
  if (typeof value !== "string") {
    say(scope, "body.type", path, `${nameOf(path)} must be a string, not ${inWords(value)}.`);
  } else if (value === "") {
    say(scope, "body.empty", path, `${nameOf(path)} must not be an empty string. Leave it out instead.`, {
      fix: removal(path),
    });
  } else if (Array.from(value).length > MAX_SALT) {
    say(scope, "body.range", path, `${nameOf(path)} may have at most ${MAX_SALT} characters.`);
  } else if (/[@/\\\0]/.test(value)) {
    say(scope, "body.value", path, `${nameOf(path)} must not contain "@", "/", "\\" or NUL.`);
  }
};

/** What the transport between vLLM's processes carries. */
const [LEAST_INTEGER, INTEGER_LIMIT] = [-(2 ** 63), 2 ** 64];

/** Text and numbers, or lists of them. */
export const judgeXargs: Judge = (value, path, scope) => {
  if (value === null) return;
  if (!isObject(value)) {
    say(scope, "body.type", path, `${nameOf(path)} must be an object, not ${inWords(value)}.`);
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    const place = [...path, key];
    if (Array.isArray(child)) {
      for (const [index, element] of child.entries()) judgeXarg(element, [...place, index], scope);
    } else {
      judgeXarg(child, place, scope);
    }
  }
};

function judgeXarg(value: unknown, path: JsonPath, scope: Scope): void {
  if (typeof value === "string") return;
  if (typeof value === "boolean") {
    const number = Number(value);
    const fix = fixWith("safe", `Replace it by ${number}`, { op: "replace", path, value: number });
    say(scope, "body.coerced", path, `${nameOf(path)} is ${value}, which vLLM reads as ${number}; write it so.`, {
      fix,
    });
  } else if (typeof value !== "number") {
    say(scope, "body.type", path, `${nameOf(path)} must be a string or a number, not ${typeInWords(value)}.`);
  } else if (isIntegerText(scope.textOf?.(path)) && (value < LEAST_INTEGER || value > INTEGER_LIMIT)) {
    say(scope, "body.range", path, `${nameOf(path)} must fit in 64 bits.`);
  }
}

/** A number with a fraction or an exponent travels as a double, which is never too large. */
function isIntegerText(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text);
}
