import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../server/src/batch/body/schema.ts";
import type { JsonPath } from "../../../server/src/batch/finding.ts";
import { alternatives, fieldsAt, fieldSchemasAt } from "../../../server/src/language/fieldSchema.ts";
import { allFields } from "../../support/bodies/allFields.ts";
import { allKinds } from "../../support/bodies/verdictTable.ts";

const namesAt = (kind: (typeof allKinds)[number], path: JsonPath) => [...fieldsAt(kind, path).keys()];

describe("fieldsAt", () => {
  it.each(allKinds)("has the fields of the body itself: %s", (kind) => {
    expect(namesAt(kind, ["body"])).toEqual(Object.keys(schemaOf(kind).properties));
  });

  it("has what messages of any role may have", () => {
    expect(namesAt("chat", ["body", "messages", 7])).toEqual([
      "role",
      "content",
      "name",
      "refusal",
      "reasoning",
      "reasoning_content",
      "tool_calls",
      "tool_call_id",
    ]);
  });

  it("has for each field the schemas of all branches", () => {
    const roles = fieldsAt("chat", ["body", "messages", 0]).get("role") ?? [];
    expect(roles.flatMap((role) => role.enum ?? [role.const])).toEqual([
      "system",
      "developer",
      "user",
      "assistant",
      "tool",
    ]);
  });

  it("looks into parts, tools and schemas of other files", () => {
    expect(namesAt("chat", ["body", "messages", 0, "content", 1])).toEqual(["type", "text"]);
    expect(namesAt("chat", ["body", "tools", 0, "function"])).toContain("parameters");
    expect(namesAt("response", ["body", "tools", 0])).toContain("parameters");
    expect(namesAt("completion", ["body", "response_format", "json_schema"])).toEqual([
      "name",
      "description",
      "schema",
      "strict",
    ]);
    expect(namesAt("response", ["body", "input", 0])).toEqual(["type", "role", "content"]);
  });

  it.each<JsonPath>([
    [],
    ["custom_id"],
    ["body", "temperature"],
    ["body", "messages"],
    ["body", "messages", "role"],
    ["body", "stop", 0],
    ["body", "chat_template_kwargs"],
    ["body", "response_format", "json_schema", "schema"],
    ["body", "hasOwnProperty"],
  ])("has none where none are known: %j", (...path) => {
    expect(namesAt("chat", path)).toEqual([]);
  });
});

describe("fieldSchemasAt", () => {
  it("has the branches of a value, references resolved", () => {
    const types = fieldSchemasAt("chat", ["body", "stop"]).map(({ type }) => type);
    expect(types).toEqual([undefined, "string", "array", "null"]);
    expect(fieldSchemasAt("chat", ["body", "temperature"])).toMatchObject([{ minimum: 0, maximum: 2 }]);
  });

  it("resolves references within a file of its own definitions", () => {
    expect(fieldSchemasAt("score", ["body", "queries", 0])).toMatchObject([{ type: "string", minLength: 1 }]);
  });

  it("keeps what is said beside a reference", () => {
    expect(fieldSchemasAt("response", ["body", "seed"])).toMatchObject([{ "x-vllm": true, "x-int64": true }]);
    expect(fieldSchemasAt("chat", ["body", "seed"])[0]?.["x-vllm"]).toBeUndefined();
  });

  it("has each schema once, also where several branches share it", () => {
    const schemas = fieldSchemasAt("chat", ["body", "messages", 0, "content"]);
    expect(schemas.filter(({ type }) => type === "string")).toHaveLength(1);
  });

  it.each(["__proto__", "constructor", "toString"])(
    "takes no field for one because all objects have it: %s",
    (name) => {
      expect(fieldSchemasAt("chat", ["body", name])).toEqual([]);
    },
  );

  it("knows values under names that are free", () => {
    expect(fieldSchemasAt("chat", ["body", "logit_bias", "42"])).toEqual([{ type: "number" }]);
    expect(fieldSchemasAt("chat", ["body", "vllm_xargs", "any", 3])).toMatchObject([{ type: ["string", "number"] }]);
  });

  it.each(allKinds)("finds a schema for every field, and none beside them: %s", (kind) => {
    for (const path of allFields(kind)) {
      expect(fieldSchemasAt(kind, path), path.join(".")).not.toEqual([]);
      expect(fieldSchemasAt(kind, ["line", ...path.slice(1)])).toEqual([]);
    }
  });

  it("takes any path without throwing", () => {
    const step = fc.oneof(
      fc.constantFrom("body", "messages", "content", "tools", "function", "parameters", "stop", "__proto__", "items"),
      fc.string(),
      fc.integer(),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...allKinds), fc.array(step), (kind, steps) => {
        for (const path of [steps, ["body", ...steps]]) {
          for (const schemas of fieldsAt(kind, path).values()) expect(schemas).not.toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has no limit to how deep a path may be", () => {
    const path = ["body", ...Array.from({ length: 100_000 }, () => "messages")];
    expect(fieldSchemasAt("chat", path)).toEqual([]);
  });
});

describe("alternatives", () => {
  it("are the schema and what it leaves open, at any depth", () => {
    const schema = { oneOf: [{ anyOf: [{ type: "string" }] }], then: { type: "object" } };
    expect(alternatives(schema, "chat")).toEqual([schema, ...schema.oneOf, { type: "string" }, { type: "object" }]);
  });
});
