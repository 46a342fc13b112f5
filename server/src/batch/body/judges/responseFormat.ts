import { isObject, type JsonObject } from "../../../util/unknown.ts";
import type { JsonPath } from "../../finding.ts";
import { convert } from "../lax.ts";
import { fixWith, say, type Scope } from "../scope.ts";
import { isStructuralTag } from "../structuralTag.ts";
import { inWords, nameOf, oneOf } from "../words.ts";
import type { Judge } from "./judge.ts";

/** Chats and completions. The schema knows the three usual types; vLLM has a fourth. */
export const judgeResponseFormat: Judge = (value, path, scope, plain) => {
  if (!isObject(value)) {
    plain();
    return;
  }
  const { type } = value;
  if (type === "structural_tag" && scope.target === "vllm") {
    judgeStructuralTag(value, path, scope);
  } else if (type === "json_schema" && !isObject(value["json_schema"])) {
    sayNoSchema(value, path, scope);
  } else if (typeof type !== "string" || !["text", "json_object", "json_schema"].includes(type)) {
    sayType(type, ["text", "json_object", "json_schema"], path, scope);
  } else if (type === "json_schema" && isBareSchema(value["json_schema"])) {
    sayBareSchema(value["json_schema"], [...path, "json_schema"], scope);
  } else if (type !== "json_schema" && value["json_schema"] === null) {
    return;
  } else {
    plain();
  }
};

function judgeStructuralTag(value: JsonObject, path: JsonPath, scope: Scope): void {
  if (isStructuralTag(value)) return;
  say(
    scope,
    "body.value",
    path,
    `${nameOf(path)} is not a structural tag: it needs "format", or "structures" and "triggers".`,
  );
}

/** The schema itself, where its name and it should be. */
function isBareSchema(value: unknown): boolean {
  const isNamed = isObject(value) && (value["name"] !== undefined || value["schema"] !== undefined);
  return isObject(value) && !isNamed && (typeof value["type"] === "string" || isObject(value["properties"]));
}

function sayBareSchema(schema: unknown, path: JsonPath, scope: Scope): void {
  const value = { name: "answer", schema };
  const fix = fixWith("safe", `Nest it in "schema"`, { op: "replace", path, value });
  say(scope, "body.required", path, `${nameOf(path)} must be {"name": …, "schema": {…}}, not the schema itself.`, {
    fix,
  });
}

/** The schema written one level too high is the usual mistake. */
function sayNoSchema(value: JsonObject, path: JsonPath, scope: Scope): void {
  const message = `${nameOf(path)} is of type "json_schema" and so must have "json_schema": {"name": …, "schema": {…}}.`;
  const { schema } = value;
  const fix =
    isObject(schema) && value["json_schema"] === undefined
      ? {
          fix: fixWith(
            "safe",
            `Nest the schema in "json_schema"`,
            { op: "remove" as const, path: [...path, "schema"] },
            { op: "insert" as const, path, key: "json_schema", value: { name: "answer", schema } },
          ),
        }
      : {};
  say(scope, "body.required", path, message, fix);
}

function sayType(type: unknown, known: readonly string[], path: JsonPath, scope: Scope): void {
  const words = oneOf(known.map((one) => JSON.stringify(one)));
  if (type === undefined) {
    say(scope, "body.required", path, `${nameOf(path)} has no "type": ${words}.`);
    return;
  }
  const place = [...path, "type"];
  const fix =
    type === "json"
      ? {
          fix: fixWith("safe", `Replace it by "json_object"`, {
            op: "replace" as const,
            path: place,
            value: "json_object",
          }),
        }
      : {};
  say(scope, "body.value", place, `${nameOf(place)} must be ${words}, not ${inWords(type)}.`, fix);
}

/** Responses: text.format, in which the schema lies flat. */
export const judgeTextFormat: Judge = (value, path, scope, plain) => {
  if (!isObject(value)) {
    plain();
    return;
  }
  const { type } = value;
  if (type === "text" || type === "json_object") {
    return;
  }
  if (type === "json_schema") judgeFlatSchema(value, path, scope);
  else sayType(type, ["text", "json_object", "json_schema"], path, scope);
};

function judgeFlatSchema(value: JsonObject, path: JsonPath, scope: Scope): void {
  const { json_schema: nested, name, schema } = value;
  if (isObject(nested) && name === undefined && schema === undefined) {
    const fix = fixWith("safe", `Lift "json_schema"`, { op: "lift", path: [...path, "json_schema"] });
    say(scope, "body.required", path, `In ${nameOf(path)} "name" and "schema" stand beside "type".`, { fix });
    return;
  }
  if (typeof name !== "string") sayMember("name", "a string", name, path, scope);
  if (!isObject(schema)) sayMember("schema", "an object", schema, path, scope);
  const { description, strict } = value;
  if (description !== undefined && description !== null && typeof description !== "string") {
    sayMember("description", "a string", description, path, scope);
  }
  if (strict !== undefined && strict !== null && typeof strict !== "boolean") judgeStrict(strict, path, scope);
}

function judgeStrict(strict: unknown, path: JsonPath, scope: Scope): void {
  const value = scope.target === "vllm" ? convert(strict, "boolean") : undefined;
  if (value === undefined) {
    sayMember("strict", "true or false", strict, path, scope);
    return;
  }
  const place = [...path, "strict"];
  const fix = fixWith("safe", `Replace it by ${String(value)}`, { op: "replace", path: place, value });
  say(scope, "body.coerced", place, `${nameOf(place)} is ${inWords(strict)}, which vLLM reads as ${String(value)}.`, {
    fix,
  });
}

function sayMember(key: string, wanted: string, value: unknown, path: JsonPath, scope: Scope): void {
  if (value === undefined) {
    say(scope, "body.required", path, `${nameOf(path)} has no "${key}".`);
    return;
  }
  const place = [...path, key];
  say(scope, "body.type", place, `${nameOf(place)} must be ${wanted}, not ${inWords(value)}.`);
}
