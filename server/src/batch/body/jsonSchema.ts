/**
 * Whether a JSON Schema can be turned into a grammar, as far as that is certain. vLLM tries xgrammar, and where that
 * does not know a feature, llguidance (vLLM 0.32.0, seen); another backend may be chosen at the engine's start.
 */
import { isObject, type JsonObject } from "../../util/unknown.ts";
import type { JsonPath } from "../finding.ts";
import { regexFault } from "./regexFault.ts";
import { fixWith, say, type Scope } from "./scope.ts";
import { inWords, nameOf, oneOf, quoted } from "./words.ts";

const types: ReadonlySet<string> = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);

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
  } else {
    new SchemaCheck(schema, path, scope).check(schema, null);
  }
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return levels === 0 || value.some((child) => isTooDeep(child, levels - 1));
  if (!isObject(value)) return false;
  if (levels === 0) return true;
  for (const key in value) if (isTooDeep(value[key], levels - 1)) return true;
  return false;
}

/** A place in the schema, from below: most schemas are fine, and then no path is ever written out. */
interface Spot {
  parent: Spot | null;
  step: string | number;
}

class SchemaCheck {
  readonly #root: unknown;
  readonly #path: JsonPath;
  readonly #scope: Scope;

  constructor(root: unknown, path: JsonPath, scope: Scope) {
    this.#root = root;
    this.#path = path;
    this.#scope = scope;
  }

  check(node: unknown, spot: Spot | null): void {
    if (typeof node === "boolean") return;
    if (!isObject(node)) {
      this.#refuse(spot, `must be a schema: an object, true or false, not ${inWords(node)}`);
      return;
    }
    for (const keyword in node) this.#checkKeyword(keyword, node[keyword], node, { parent: spot, step: keyword });
  }

  #checkKeyword(keyword: string, value: unknown, node: JsonObject, spot: Spot): void {
    switch (keyword) {
      case "type":
        this.#checkType(value, spot);
        break;
      case "properties":
        if (!isObject(value)) this.#refuse(spot, `must be an object of schemas, not ${inWords(value)}`);
        else for (const name in value) this.check(value[name], { parent: spot, step: name });
        break;
      case "items":
      case "additionalProperties":
      case "not":
        this.check(value, spot);
        break;
      case "anyOf":
      case "oneOf":
      case "allOf":
      case "prefixItems":
        if (Array.isArray(value)) value.forEach((element, index) => this.check(element, { parent: spot, step: index }));
        break;
      case "$ref":
        if (typeof value === "string") this.#checkReference(value, spot);
        break;
      case "format":
        if (typeof value === "string" && node["type"] === "string" && !formats.has(value)) {
          this.#doubt(spot, `no default backend knows the format ${quoted(value)}`);
        }
        break;
      case "contains":
      case "maxProperties":
      case "minProperties":
      case "uniqueItems":
        this.#doubt(spot, `no default backend knows ${quoted(keyword)}`);
        break;
      default: {
        const fault = faultOf(keyword, value, node);
        if (fault !== null) this.#refuse(spot, fault);
      }
    }
  }

  #checkType(value: unknown, spot: Spot): void {
    if (typeof value === "string" && types.has(value)) return;
    const named: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const type of named) {
      if (typeof type === "string" && types.has(type)) continue;
      const plain = typeof type === "string" ? type.toLowerCase() : "";
      const meant = types.has(plain) ? plain : otherNames[plain];
      const guess = meant === undefined ? "" : ` Did you mean ${quoted(meant)}?`;
      const path = this.#pathTo(spot);
      const known = oneOf(Array.from(types, quoted));
      const message = `${nameOf(path)} must be ${known}, not ${inWords(type)}.${guess}`;
      const isOne = meant !== undefined && named.length === 1 && !Array.isArray(value);
      const fix = isOne
        ? fixWith("safe", `Replace it by ${quoted(meant)}`, { op: "replace", path, value: meant })
        : undefined;
      say(this.#scope, "body.jsonSchema", path, message, fix && { fix });
    }
  }

  /** References within the schema. What lies elsewhere vLLM does not fetch, nor refuse. */
  #checkReference(reference: string, spot: Spot): void {
    // Names in percent-encoding are too rare to be worth a wrong verdict.
    if (!reference.startsWith("#/") || reference.includes("%")) return;
    let found = this.#root;
    for (const step of reference.slice(2).split("/")) {
      const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) {
        this.#refuse(spot, `leads to ${quoted(reference)}, which is not in the schema`);
        return;
      }
      found = Reflect.get(found, name);
    }
  }

  #refuse(spot: Spot | null, fault: string): void {
    const path = this.#pathTo(spot);
    say(this.#scope, "body.jsonSchema", path, `${nameOf(path)} ${fault}.`);
  }

  #doubt(spot: Spot, fault: string): void {
    if (this.#scope.target === "openai") return;
    const path = this.#pathTo(spot);
    const flag = "unless it was started with another in --structured-outputs-config";
    say(this.#scope, "body.needsFlag", path, `${nameOf(path)}: ${fault}. vLLM refuses the request, ${flag}.`);
  }

  #pathTo(spot: Spot | null): JsonPath {
    const steps: (string | number)[] = [];
    for (let at = spot; at !== null; at = at.parent) steps.push(at.step);
    return [...this.#path, ...steps.toReversed()];
  }
}

const upperOf: Readonly<Record<string, string>> = { minimum: "maximum", minLength: "maxLength", minItems: "maxItems" };

/** What is wrong with the value of a keyword that holds no schema. */
function faultOf(keyword: string, value: unknown, node: JsonObject): string | null {
  switch (keyword) {
    case "required":
      // Only read of schemas that say that they are of objects.
      return Array.isArray(value) || node["type"] !== "object"
        ? null
        : `must be an array of names, not ${inWords(value)}`;
    case "enum":
      return Array.isArray(value) && value.length > 0 ? null : "must be an array of at least one value";
    case "pattern":
      return typeof value === "string" && regexFault(value) === "broken" ? "is not a regular expression" : null;
    case "multipleOf":
      return typeof value === "number" && value > 0 ? null : "must be a number above 0";
    case "minimum":
      return typeof value === "number" ? faultOfLeast(keyword, value, node) : `must be a number, not ${inWords(value)}`;
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
      if (typeof value !== "number" || value < 0) return "must be a number, 0 or more";
      return faultOfLeast(keyword, value, node);
    default:
      return null;
  }
}

function faultOfLeast(keyword: string, least: number, node: JsonObject): string | null {
  const upper = Object.hasOwn(upperOf, keyword) ? upperOf[keyword] : undefined;
  const most = upper === undefined ? undefined : node[upper];
  if (upper === undefined || typeof most !== "number" || least <= most) return null;
  return `is above ${quoted(upper)}: nothing can be written that fits`;
}
