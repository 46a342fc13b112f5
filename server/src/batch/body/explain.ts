/** Says what a schema has against a value, in the terms in which vLLM would look at it. */
import { isObject, type JsonObject } from "../../util/unknown.ts";
import type { JsonPath } from "../finding.ts";
import { judges } from "./judges/judges.ts";
import { convert, type ScalarType } from "./lax.ts";
import { explainLimits, isUnchecked } from "./limits.ts";
import { isRequired, resolve, type Schema } from "./schema.ts";
import { aside, bodyPath, fixWith, hasErrors, removal, say, type Scope } from "./scope.ts";
import { explainUnknownKey } from "./unknownKey.ts";
import { inWords, nameOf, oneOf, quoted, typeInWords } from "./words.ts";

/** Reports everything about the value at `path`. Silent for exactly the values that are plainly fine. */
export function explain(schema: Schema, value: unknown, path: JsonPath, scope: Scope): void {
  const whole = resolve(schema, scope.kind);
  const refused = whole["x-refused"];
  if (refused !== undefined) {
    const name = String(path.at(-1));
    say(scope, "body.unsupported", path, `vLLM refuses "${name}": ${refused}.`, { at: "key" });
    return;
  }
  const name = whole["x-judge"];
  const judge = name === undefined ? undefined : judges[name];
  if (judge === undefined) explainPlain(whole, value, path, scope);
  else judge(value, path, scope, () => explainPlain(whole, value, path, scope));
}

function explainPlain(schema: Schema, value: unknown, path: JsonPath, scope: Scope): void {
  if (schema.anyOf !== undefined) {
    explainAnyOf(schema.anyOf, value, path, scope);
  } else if (schema.enum !== undefined || schema.const !== undefined) {
    explainChoice(schema.enum ?? [schema.const], value, path, scope);
  } else if (schema.type !== undefined) {
    explainTyped(schema, value, path, scope);
  }
}

function explainAnyOf(branches: readonly Schema[], value: unknown, path: JsonPath, scope: Scope): void {
  const attempts = branches.map((branch) => {
    const attempt = aside(scope);
    explain(branch, value, path, attempt.scope);
    return { branch: resolve(branch, scope.kind), findings: attempt.findings };
  });
  const fitting = attempts.filter(({ findings }) => !hasErrors(findings));
  const plain = fitting.find(({ findings }) => findings.length === 0) ?? fitting[0];
  // Where none fits, what the branch for this type has against the value helps most.
  const nearest = plain ?? attempts.find(({ branch }) => branch.type === jsonType(value));
  if (nearest !== undefined) {
    for (const finding of nearest.findings) scope.report(finding);
    return;
  }
  const types = attempts.map(({ branch }) => (typeof branch.type === "string" ? wanted(branch.type) : "a value"));
  say(scope, "body.type", path, `${nameOf(path)} must be ${oneOf(types)}, not ${typeInWords(value)}.`);
}

/** Pydantic's literals: nothing is converted. */
function explainChoice(choices: readonly unknown[], value: unknown, path: JsonPath, scope: Scope): void {
  if (choices.includes(value)) return;
  if (value === null) {
    sayNull(path, scope);
    return;
  }
  const known = choices.filter((choice) => choice !== null).map((choice) => JSON.stringify(choice));
  const near =
    typeof value === "string" ? choices.find((choice) => String(choice) === value.trim().toLowerCase()) : undefined;
  const fix = near === undefined ? undefined : replacement(path, near, "safe");
  say(scope, "body.value", path, `${nameOf(path)} must be ${oneOf(known)}, not ${inWords(value)}.`, fix && { fix });
}

function explainTyped(schema: Schema, value: unknown, path: JsonPath, scope: Scope): void {
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (value === null) {
    if (!types.includes("null")) sayNull(path, scope);
    return;
  }
  const [type = "null"] = types;
  switch (type) {
    case "object":
      if (isObject(value)) explainObject(schema, value, path, scope);
      else sayType(type, value, path, scope);
      return;
    case "array":
      if (Array.isArray(value)) explainArray(schema, value, path, scope);
      else sayType(type, value, path, scope);
      return;
    case "string":
    case "number":
    case "integer":
    case "boolean":
      explainScalar(schema, type, value, path, scope);
      return;
    default:
      sayType(type, value, path, scope);
  }
}

function explainObject(schema: Schema, value: JsonObject, path: JsonPath, scope: Scope): void {
  const properties = schema.properties ?? {};
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(value, key)) {
      say(scope, "body.required", path, `${nameOf(path)} has no ${quoted(key)}.`, { at: "key" });
    }
  }
  for (const [key, child] of Object.entries(value)) {
    const place = [...path, key];
    const known = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (known !== undefined) explainProperty(known, child, place, scope);
    else if (isObject(schema.additionalProperties)) explain(schema.additionalProperties, child, place, scope);
    else if (schema.additionalProperties === false) explainUnknownKey(place, properties, scope);
  }
}

/** A property of an object of known keys: it may be one that is without effect, or that OpenAI does not know. */
export function explainProperty(schema: Schema, value: unknown, path: JsonPath, scope: Scope): void {
  const whole = resolve(schema, scope.kind);
  const key = String(path.at(-1));
  if (scope.target === "openai") {
    if (whole["x-vllm"] === true) {
      say(scope, "body.notOpenai", path, `OpenAI refuses "${key}", which only vLLM knows.`, {
        at: "key",
        fix: removal(path, "suggested"),
      });
    } else {
      explain(whole, value, path, scope);
    }
    return;
  }
  explain(whole, value, path, scope);
  const ignored = whole["x-ignored"];
  if (ignored !== undefined && value !== null) {
    const fix = removal(path, "suggested");
    say(scope, "body.ignored", path, `vLLM ignores "${key}": ${ignored}.`, { at: "key", fix });
  }
}

function explainArray(schema: Schema, value: readonly unknown[], path: JsonPath, scope: Scope): void {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (value.length < minItems && !isUnchecked(schema, scope)) {
    say(scope, "body.empty", path, `${nameOf(path)} must not be empty. Leave it out instead.`);
  }
  if (value.length > maxItems) {
    say(scope, "body.range", path, `${nameOf(path)} may have at most ${maxItems} elements, and has ${value.length}.`);
  }
  if (items === undefined) return;
  for (const [index, element] of value.entries()) explain(items, element, [...path, index], scope);
}

function explainScalar(schema: Schema, type: ScalarType, value: unknown, path: JsonPath, scope: Scope): void {
  const isOfType = type === "integer" ? Number.isInteger(value) : typeof value === type;
  const converted = isOfType ? value : mayConvert(schema, value, scope) ? convert(value, type) : undefined;
  if (converted === undefined) {
    sayType(type, value, path, scope);
    return;
  }
  const told = explainLimits(schema, converted, path, scope);
  if (!isOfType && !told) sayConverted(value, converted, path, scope);
}

/** OpenAI converts nothing. */
function mayConvert(schema: Schema, value: unknown, scope: Scope): boolean {
  if (scope.target === "openai" || schema["x-exact"] === true) return false;
  return schema["x-noText"] !== true || typeof value !== "string";
}

function sayConverted(value: unknown, converted: unknown, path: JsonPath, scope: Scope): void {
  const message = `${nameOf(path)} is ${typeInWords(value)}. vLLM reads ${inWords(value)} as ${String(converted)}; write it so.`;
  const isJson = typeof converted !== "number" || Number.isFinite(converted);
  say(scope, "body.coerced", path, message, isJson ? { fix: replacement(path, converted, "safe") } : {});
}

function replacement(path: JsonPath, value: unknown, kind: "safe" | "suggested") {
  return fixWith(kind, `Replace it by ${JSON.stringify(value)}`, { op: "replace", path, value });
}

function sayType(type: string, value: unknown, path: JsonPath, scope: Scope): void {
  say(scope, "body.type", path, `${nameOf(path)} must be ${wanted(type)}, not ${inWords(value)}.`);
}

/** null means "not given" to OpenAI, but vLLM takes it only where it says so. */
function sayNull(path: JsonPath, scope: Scope): void {
  const isProperty = typeof path.at(-1) === "string";
  const message = `${nameOf(path)} must not be null${isProperty ? ". Leave it out instead" : ""}.`;
  // Directly in the body null means the default, if there is one; deeper down, who knows.
  const isField = path.length === bodyPath.length + 1 && !isRequired(String(path.at(-1)), scope.kind);
  say(scope, "body.type", path, message, isProperty && isField ? { fix: removal(path) } : {});
}

function wanted(type: string): string {
  switch (type) {
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return "an array";
    case "object":
      return "an object";
    case "null":
      return "null";
    default:
      return "a string";
  }
}

function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}
