/** Types, limits and choices of schemas in words: `number, 0 to 2`, `one of low, medium, high`. */
import type { Schema } from "../batch/body/schema.ts";
import { oneOf } from "../batch/body/words.ts";
import type { BodyKind } from "../batch/endpoints.ts";
import { alternatives } from "./fieldSchema.ts";

/**
 * What a value may be that fits one of the schemas, as fieldSchemasAt gives them. That null may stand for "left out"
 * is not told. Empty where the schemas say nothing of it, as of fields that are ignored.
 */
export function describeType(schemas: readonly Schema[], kind: BodyKind): string {
  const types = schemas.flatMap((schema) => typesOf(schema).map((type) => describe(type, schema, kind)));
  const values = valuesOf(schemas).map(inWords);
  if (types.length === 0 && values.length < 2) return only(values, schemas);
  const parts = [...new Set([...(values.length < 2 ? values : [`one of ${values.join(", ")}`]), ...types])];
  return parts.some((part) => part.includes(",")) ? parts.join("; or ") : oneOf(parts);
}

/** The values to choose from, without null; empty where there are more than can be listed. */
export function valuesOf(schemas: readonly Schema[]): readonly unknown[] {
  const values = schemas.flatMap((schema) => schema.enum ?? (schema.const === undefined ? [] : [schema.const]));
  return [...new Set(values)].filter((value) => value !== null);
}

function inWords(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function only([value]: readonly string[], schemas: readonly Schema[]): string {
  if (value !== undefined) return `only ${value}`;
  return schemas.some(allowsNull) ? "only null" : "";
}

function typesOf({ type, enum: values, const: value, properties }: Schema): string[] {
  if (values !== undefined || value !== undefined) return [];
  const types = typeof type === "string" ? [type] : [...(type ?? (properties === undefined ? [] : ["object"]))];
  return types.filter((one) => one !== "null");
}

function allowsNull({ type, enum: values }: Schema): boolean {
  return type === "null" || values?.includes(null) === true;
}

function describe(type: string, schema: Schema, kind: BodyKind): string {
  switch (type) {
    case "string":
      return `text${length(schema)}`;
    case "array":
      return schema.maxItems === 0 ? "empty list" : `list${content(schema.items, kind)}${count(schema)}`;
    case "object":
      return `object${typeof schema.additionalProperties === "object" ? content(schema.additionalProperties, kind) : ""}`;
    case "boolean":
      return "true or false";
    default:
      return `${type === "integer" ? "whole number" : "number"}${range(schema)}`;
  }
}

const plurals: Readonly<Record<string, string>> = {
  string: "texts",
  array: "lists",
  object: "objects",
  boolean: "true or false",
  integer: "whole numbers",
  number: "numbers",
};

/** What lists and objects hold. */
function content(schema: Schema | undefined, kind: BodyKind): string {
  if (schema === undefined) return "";
  const schemas = alternatives(schema, kind);
  const values = valuesOf(schemas);
  if (values.length > 0) return ` of any of ${values.map(inWords).join(", ")}`;
  const words = new Set(schemas.flatMap(typesOf).map((type) => plurals[type] ?? type));
  return words.size === 0 ? "" : ` of ${oneOf([...words])}`;
}

function range({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const [least, most] = [told(minimum), told(maximum)];
  const words = [];
  if (exclusiveMinimum !== undefined) words.push(`above ${exclusiveMinimum}`);
  else if (least !== undefined && most !== undefined) return `, ${least} to ${most}`;
  else if (least !== undefined) words.push(`at least ${least}`);
  if (most !== undefined) words.push(`at most ${most}`);
  return words.map((one) => `, ${one}`).join("");
}

/** Beyond what anybody means, a limit is one of the transport. */
function told(limit: number | undefined): number | undefined {
  return limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
}

function length({ minLength = 0, maxLength }: Schema): string {
  if (maxLength === undefined) return minLength === 0 ? "" : ", not empty";
  return minLength === 0 ? `, at most ${maxLength} characters` : `, ${minLength} to ${maxLength} characters`;
}

function count({ minItems = 0, maxItems }: Schema): string {
  if (maxItems === undefined) return minItems === 0 ? "" : `, at least ${minItems}`;
  return minItems === 0 ? `, at most ${maxItems}` : `, ${minItems} to ${maxItems}`;
}
