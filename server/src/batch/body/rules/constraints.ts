/** Constraints on the answer: response_format, structured_outputs, text.format, and how they go together. */
import { isObject, property, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { checkJsonSchema } from "../jsonSchema.ts";
import { convert, isTruthy } from "../lax.ts";
import { regexFault } from "../regexFault.ts";
import { say, type Scope } from "../scope.ts";
import { holdsStructuralTag } from "../structuralTag.ts";
import { allOf, nameOf, quoted } from "../words.ts";
import { type FieldRule, fieldPath, isGiven } from "./rule.ts";

const constraints = ["json", "regex", "choice", "grammar", "json_object", "structural_tag"];

/** What each type of response_format turns into. */
const memberOf: Readonly<Record<string, string>> = {
  json_object: "json_object",
  json_schema: "json",
  structural_tag: "structural_tag",
};

export const checkResponseFormat: FieldRule = (value, scope) => {
  const named = property(value, "json_schema");
  if (!isObject(named) || property(value, "type") !== "json_schema" || isBeam(scope)) return;
  const { schema } = named;
  const path = [...fieldPath("response_format"), "json_schema"];
  if (isObject(schema)) checkJsonSchema(schema, [...path, "schema"], scope);
  else if (!isGiven(schema)) say(scope, "body.required", path, `${nameOf(path)} has no "schema".`);
};

export const checkTextFormat: FieldRule = (value, scope) => {
  const format = property(value, "format");
  const schema = property(format, "schema");
  const path = [...fieldPath("text"), "format"];
  if (isObject(schema) && property(format, "type") === "json_schema")
    checkJsonSchema(schema, [...path, "schema"], scope);
  if (isGiven(format) && isGiven(scope.body["structured_outputs"])) {
    say(scope, "body.conflict", path, `"text.format" does not go with "structured_outputs".`, { at: "key" });
  }
};

export const checkStructuredOutputs: FieldRule = (value, scope) => {
  if (!isObject(value) || scope.target === "openai") return;
  const path = fieldPath("structured_outputs");
  const given = constraints.filter((key) => isGiven(value[key]));
  const fromFormat = scope.kind === "response" ? undefined : memberOfFormat(scope.body["response_format"]);
  if (given.length === 0) {
    say(
      scope,
      "body.structuredOutputs",
      path,
      `"structured_outputs" must have one of ${allOf(constraints.map(quoted))}.`,
    );
  } else if (given.length > 1) {
    const which = allOf(given.map(quoted));
    say(scope, "body.structuredOutputs", path, `"structured_outputs" has ${which}. It must have only one constraint.`);
  } else if (fromFormat !== undefined && !given.includes(fromFormat) && !isBeam(scope)) {
    const message = `"structured_outputs" and "response_format" ask for different things. Give only one of them.`;
    say(scope, "body.conflict", path, message, { at: "key" });
  }
  checkToolChoice(value, scope);
  if (!isBeam(scope)) checkMembers(value, path, scope);
};

function isBeam(scope: Scope): boolean {
  return isTruthy(scope.body["use_beam_search"]);
}

function memberOfFormat(format: unknown): string | undefined {
  const type = property(format, "type");
  return typeof type === "string" && Object.hasOwn(memberOf, type) ? memberOf[type] : undefined;
}

/** Chats: a named tool is a constraint of its own. null is no choice either, but not one of the words (vLLM 0.32, seen). */
function checkToolChoice(value: JsonObject, scope: Scope): void {
  const { tool_choice: choice } = scope.body;
  if (scope.kind !== "chat" || choice === undefined) return;
  if (!["json", "regex", "choice"].some((key) => isGiven(value[key]))) return;
  if (typeof choice === "string" && ["none", "auto", "required"].includes(choice)) return;
  const words = choice === null ? `"tool_choice": null` : `a named tool in "tool_choice"`;
  say(scope, "body.conflict", fieldPath("structured_outputs"), `"structured_outputs" does not go with ${words}.`, {
    at: "key",
  });
}

function checkMembers(value: JsonObject, path: JsonPath, scope: Scope): void {
  const { json, regex, grammar, json_object: anyJson, structural_tag: tag } = value;
  if (isObject(json)) checkJsonSchema(json, [...path, "json"], scope);
  if (typeof json === "string") checkSchemaText(json, [...path, "json"], scope);
  if (typeof regex === "string") checkRegex(regex, [...path, "regex"], scope);
  if (typeof grammar === "string" && grammar !== "" && grammar.trim() === "") {
    say(scope, "body.empty", [...path, "grammar"], `"structured_outputs.grammar" must not be empty.`);
  } else if (typeof grammar === "string" && grammar !== "") {
    checkGrammar(grammar, [...path, "grammar"], scope);
  }
  if (typeof tag === "string" && tag !== "" && !holdsStructuralTag(tag)) {
    const place = [...path, "structural_tag"];
    say(scope, "body.value", place, `${nameOf(place)} must be a structural tag in JSON: an object with "format".`);
  }
  if (convert(anyJson, "boolean") === false) {
    const message = `"structured_outputs.json_object" must be true. Leave "structured_outputs" out to have no constraint.`;
    say(scope, "body.structuredOutputs", [...path, "json_object"], message);
  }
}

function checkSchemaText(text: string, path: JsonPath, scope: Scope): void {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    say(
      scope,
      "body.jsonSchema",
      path,
      `${nameOf(path)} is a string that holds no JSON. Write the schema as an object.`,
    );
    return;
  }
  if (!isObject(schema)) say(scope, "body.jsonSchema", path, `${nameOf(path)} must be a JSON Schema: an object.`);
  else checkJsonSchema(schema, path, scope);
}

function checkRegex(regex: string, path: JsonPath, scope: Scope): void {
  const fault = regexFault(regex);
  if (fault === "broken") {
    say(scope, "body.regex", path, `${nameOf(path)} is not a regular expression.`);
  } else if (fault === "unsupported") {
    const what = "looks around or back, or has flags, classes or escapes that the default backends do not know";
    const flag = "vLLM fails the request unless it was started with another in --structured-outputs-config";
    say(scope, "body.needsFlag", path, `${nameOf(path)} ${what}. ${flag}.`);
  }
}

/** In GBNF a rule is defined by "::=", in Lark by ":". Without either it is no grammar. */
function checkGrammar(grammar: string, path: JsonPath, scope: Scope): void {
  const isEbnf = grammar.includes("::=");
  if (isEbnf && !/(?:^|\n)\s*root\s*::=\s*\S/.test(grammar)) {
    say(scope, "body.structuredOutputs", path, `${nameOf(path)} has no rule "root ::= …", where a grammar begins.`);
  } else if (!isEbnf && !/(?:^|\n)\s*[?!]?\w+(?:\.\d+)?\s*:/.test(grammar)) {
    say(scope, "body.structuredOutputs", path, `${nameOf(path)} is no grammar: rules are written as "root ::= …".`);
  }
}
