/** Which fields may stand at a place in a body, and what their schemas say. */
import { resolve, schemaOf, type Schema } from "../batch/body/schema.ts";
import type { BodyKind } from "../batch/endpoints.ts";
import type { JsonPath } from "../batch/finding.ts";

/**
 * Every schema that a value at this path may be of, references resolved; those that only limit others are among
 * them. `path` leads from the root of the line's object: `["body", "messages", 0, "role"]`. Empty for a path that no
 * schema knows.
 */
export function fieldSchemasAt(kind: BodyKind, path: JsonPath): Schema[] {
  const [root, ...steps] = path;
  if (root !== "body") return [];
  let found = alternatives(schemaOf(kind), kind);
  for (const step of steps) {
    found = found.flatMap((schema) => childOf(schema, step)).flatMap((child) => alternatives(child, kind));
  }
  return [...new Set(found)];
}

/** The fields that the object at this path may have, in the order of the schemas. */
export function fieldsAt(kind: BodyKind, path: JsonPath): Map<string, Schema[]> {
  const names = fieldSchemasAt(kind, path).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return new Map(names.map((name) => [name, fieldSchemasAt(kind, [...path, name])]));
}

/** The schema itself and the branches that it leaves open. */
export function alternatives(schema: Schema, kind: BodyKind): Schema[] {
  const whole = resolve(schema, kind);
  const { anyOf = [], oneOf = [], then } = whole;
  const branches = [...anyOf, ...oneOf, ...(then === undefined ? [] : [then])];
  return [whole, ...branches.flatMap((branch) => alternatives(branch, kind))];
}

function childOf({ items, properties, additionalProperties: others }: Schema, step: string | number): Schema[] {
  if (typeof step === "number") return items === undefined ? [] : [items];
  const named = properties !== undefined && Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (named !== undefined) return [named];
  return typeof others === "object" ? [others] : [];
}
