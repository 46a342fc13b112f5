import { isObject, type JsonObject, property } from "../../util/unknown.ts";

const MAX_DEPTH = 32;

/**
 * The smallest value that fits a JSON Schema, as far as the schema says it with type, enum, const, properties,
 * required, items, minItems, minimum, minLength, anyOf/oneOf/allOf and local $ref. Texts are "simulated".
 */
export function schemaAnswer(schema: unknown): unknown {
  return answer(schema, schema, 0);
}

function answer(schema: unknown, root: unknown, depth: number): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return depth > MAX_DEPTH ? null : "simulated";
  if (Object.hasOwn(schema, "const")) return schema["const"];
  const [first] = listOf(schema["enum"]);
  if (first !== undefined) return first;
  const reference = schema["$ref"];
  if (typeof reference === "string") return answer(resolve(reference, root), root, depth + 1);
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    const [option] = listOf(schema[key]);
    if (option !== undefined) return answer(option, root, depth + 1);
  }
  return answerOfType(schema, root, depth);
}

function answerOfType(schema: JsonObject, root: unknown, depth: number): unknown {
  const declared = schema["type"];
  const [firstType] = listOf(declared);
  const type = firstType ?? declared ?? (isObject(schema["properties"]) ? "object" : "string");
  switch (type) {
    case "object":
      return answerObject(schema, root, depth);
    case "array": {
      const least = schema["minItems"];
      const items = Array.from({ length: typeof least === "number" ? least : 1 });
      return items.map(() => answer(schema["items"], root, depth + 1));
    }
    case "integer":
    case "number": {
      const least = schema["minimum"];
      return typeof least === "number" ? Math.ceil(least) : 0;
    }
    case "boolean":
      return true;
    case "null":
      return null;
    default: {
      const least = schema["minLength"];
      return "simulated".padEnd(typeof least === "number" ? least : 0, ".");
    }
  }
}

function answerObject(schema: JsonObject, root: unknown, depth: number): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = listOf(schema["required"]).filter((key) => typeof key === "string");
  const keys = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(keys.map((key) => [key, answer(properties[key], root, depth + 1)]));
}

/** `#/$defs/x` and the like. */
function resolve(reference: string, root: unknown): unknown {
  let node = root;
  for (const step of reference.replace(/^#\/?/, "").split("/")) {
    if (step !== "") node = property(node, step.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return node;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
