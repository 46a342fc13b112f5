import { alternatives } from "../../../server/src/language/fieldSchema.ts";
import { schemaOf, type Schema } from "../../../server/src/batch/body/schema.ts";
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import type { JsonPath } from "../../../server/src/batch/finding.ts";

/** The paths of all fields that the schema of a body names, each once: `["body", "messages", 0, "role"]`. */
export function allFields(kind: BodyKind): readonly JsonPath[] {
  const found = new Map<string, JsonPath>();
  const walk = (schema: Schema, path: JsonPath): void => {
    for (const { properties = {}, items, additionalProperties } of alternatives(schema, kind)) {
      for (const [name, child] of Object.entries(properties)) {
        found.set(JSON.stringify([...path, name]), [...path, name]);
        walk(child, [...path, name]);
      }
      if (items !== undefined) walk(items, [...path, 0]);
      if (typeof additionalProperties === "object") walk(additionalProperties, [...path, "any"]);
    }
  };
  walk(schemaOf(kind), ["body"]);
  return [...found.values()];
}
