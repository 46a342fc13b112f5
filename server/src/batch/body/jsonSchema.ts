/**
 * Whether a JSON Schema can be turned into a grammar, as far as that is certain. vLLM tries xgrammar, and where that
 * does not know a feature, llguidance (vLLM 0.32.0, seen); another backend may be chosen at the engine's start.
 */
import { isObject, type JsonObject } from "../../util/unknown.ts";
import type { JsonPath } from "../finding.ts";
import { regexFault } from "./regexFault.ts";
import { say, type Scope } from "./scope.ts";
import { inWords, nameOf, oneOf, quoted } from "./words.ts";

const types = ["array", "boolean", "integer", "null", "number", "object", "string"];

/** Levels of objects and arrays that vLLM lets a schema nest. */
const MAX_DEPTH = 64;

/** What others call the types. */
const otherNames: Readonly<Record<string, string>> = {
  bool: "boolean",
  dict: "object",
  float: "number",
  int: "integer",
  list: "array",
  none: "null",
  str: "string",
  text: "string",
};

/** Keywords that hold one schema, a list of them, and schemas by name. */
const single = ["items", "additionalProperties", "not"];
const lists = ["anyOf", "oneOf", "allOf", "prefixItems"];

/** Formats that at least one of the two backends knows, in the company of any other keyword. */
const formats: ReadonlySet<string> = new Set(
  ["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uuid", "unknown"].concat(
    // Of these only xgrammar.
    ["uri-reference", "uri-template", "json-pointer", "relative-json-pointer"],
  ),
);

export function checkJsonSchema(schema: unknown, path: JsonPath, scope: Scope): void {
  if (isTooDeep(schema, MAX_DEPTH)) {
    say(scope, "body.jsonSchema", path, `${nameOf(path)} nests objects and arrays more than ${MAX_DEPTH} levels deep.`);
    return;
  }
  checkNode(schema, schema, path, scope);
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const child of Object.values(value)) if (isTooDeep(child, levels - 1)) return true;
  return false;
}

function checkNode(node: unknown, root: unknown, path: JsonPath, scope: Scope): void {
  if (typeof node === "boolean") return;
  if (!isObject(node)) {
    refuse(path, `must be a schema: an object, true or false, not ${inWords(node)}`, scope);
    return;
  }
  // Most nodes have few keywords: look at those that are there.
  for (const [keyword, value] of Object.entries(node)) checkKeyword(keyword, value, node, root, path, scope);
}

function checkKeyword(
  keyword: string,
  value: unknown,
  node: JsonObject,
  root: unknown,
  path: JsonPath,
  scope: Scope,
): void {
  switch (keyword) {
    case "type":
      checkType(value, [...path, keyword], scope);
      break;
    case "properties":
      checkProperties(value, root, [...path, keyword], scope);
      break;
    case "required":
      if (!Array.isArray(value)) refuse([...path, keyword], `must be an array of names, not ${inWords(value)}`, scope);
      break;
    case "enum":
      if (!Array.isArray(value) || value.length === 0) {
        refuse([...path, keyword], "must be an array of at least one value", scope);
      }
      break;
    case "$ref":
      if (typeof value === "string") checkReference(value, root, [...path, keyword], scope);
      break;
    case "format":
      checkFormat(value, node, [...path, keyword], scope);
      break;
    case "pattern":
      if (typeof value === "string" && regexFault(value) === "broken") {
        refuse([...path, keyword], "is not a regular expression", scope);
      }
      break;
    case "multipleOf":
      if (typeof value !== "number" || value <= 0) refuse([...path, keyword], "must be a number above 0", scope);
      break;
    case "contains":
    case "maxProperties":
    case "minProperties":
    case "uniqueItems":
      doubt([...path, keyword], `no default backend knows ${quoted(keyword)}`, scope);
      break;
    default:
      checkNested(keyword, value, root, path, scope);
      checkBounds(keyword, value, node, path, scope);
  }
}

function checkNested(keyword: string, value: unknown, root: unknown, path: JsonPath, scope: Scope): void {
  const place = [...path, keyword];
  if (single.includes(keyword)) {
    checkNode(value, root, place, scope);
  } else if (lists.includes(keyword) && Array.isArray(value)) {
    for (const [index, element] of value.entries()) checkNode(element, root, [...place, index], scope);
  }
}

const upperOf: Readonly<Record<string, string>> = { minimum: "maximum", minLength: "maxLength", minItems: "maxItems" };

const counts: ReadonlySet<string> = new Set(["minLength", "maxLength", "minItems", "maxItems"]);

function checkBounds(keyword: string, least: unknown, node: JsonObject, path: JsonPath, scope: Scope): void {
  if (counts.has(keyword) && (typeof least !== "number" || least < 0)) {
    refuse([...path, keyword], "must be a number, 0 or more", scope);
    return;
  }
  const upper = Object.hasOwn(upperOf, keyword) ? upperOf[keyword] : undefined;
  const most = upper === undefined ? undefined : node[upper];
  if (typeof least === "number" && typeof most === "number" && least > most) {
    refuse([...path, keyword], `is above ${quoted(upper ?? "")}: nothing can be written that fits`, scope);
  } else if (upper !== undefined && typeof least !== "number") {
    refuse([...path, keyword], `must be a number, not ${inWords(least)}`, scope);
  }
}

function checkType(value: unknown, path: JsonPath, scope: Scope): void {
  const named: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const type of named) {
    if (typeof type === "string" && types.includes(type)) continue;
    const plain = typeof type === "string" ? type.toLowerCase() : "";
    const meant = types.includes(plain) ? plain : otherNames[plain];
    const guess = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
    const message = `${nameOf(path)} must be ${oneOf(types.map(quoted))}, not ${inWords(type)}.${guess}`;
    const fix =
      meant === undefined || Array.isArray(value)
        ? {}
        : {
            fix: {
              kind: "safe" as const,
              title: `Replace it by ${quoted(meant)}`,
              edits: [{ op: "replace" as const, path, value: meant }],
            },
          };
    say(scope, "body.jsonSchema", path, message, fix);
  }
}

function checkProperties(value: unknown, root: unknown, path: JsonPath, scope: Scope): void {
  if (!isObject(value)) {
    refuse(path, `must be an object of schemas, not ${inWords(value)}`, scope);
    return;
  }
  for (const [name, child] of Object.entries(value)) checkNode(child, root, [...path, name], scope);
}

/** References within the schema. What lies elsewhere vLLM does not fetch, nor refuse. */
function checkReference(reference: string, root: unknown, path: JsonPath, scope: Scope): void {
  if (!reference.startsWith("#/")) return;
  let found = root;
  for (const step of reference.slice(2).split("/")) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) {
      // Names in percent-encoding are too rare to be worth a wrong verdict.
      if (!reference.includes("%")) refuse(path, `leads to ${quoted(reference)}, which is not in the schema`, scope);
      return;
    }
    found = Reflect.get(found, name);
  }
}

function checkFormat(value: unknown, { type }: JsonObject, path: JsonPath, scope: Scope): void {
  if (typeof value !== "string" || type !== "string" || formats.has(value)) return;
  doubt(path, `no default backend knows the format ${quoted(value)}`, scope);
}

function refuse(path: JsonPath, fault: string, scope: Scope): void {
  say(scope, "body.jsonSchema", path, `${nameOf(path)} ${fault}.`);
}

function doubt(path: JsonPath, fault: string, scope: Scope): void {
  if (scope.target === "openai") return;
  const flag = "unless it was started with another in --structured-outputs-config";
  say(scope, "body.needsFlag", path, `${nameOf(path)}: ${fault}. vLLM refuses the request, ${flag}.`);
}
