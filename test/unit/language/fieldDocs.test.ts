import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import docs from "../../../schemas/field-docs.json" with { type: "json" };
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import type { JsonPath } from "../../../server/src/batch/finding.ts";
import { type FieldDoc, fieldDocOf } from "../../../server/src/language/fieldDocs.ts";
import { fieldSchemasAt } from "../../../server/src/language/fieldSchema.ts";
import { allKinds } from "../../support/bodies/verdictTable.ts";
import { allFields } from "../../support/bodies/allFields.ts";

const schema: object = JSON.parse(
  readFileSync(new URL("../../../schemas/field-docs.schema.json", import.meta.url), "utf8"),
);

const entries: Readonly<Record<string, Partial<FieldDoc> & { sameAs?: string }>> = docs.body;
const bodyKeys = Object.keys(entries);

/** What the table says of one field of one kind. */
interface Use {
  kind: BodyKind;
  path: JsonPath;
  name: string;
}

const uses: readonly Use[] = allKinds.flatMap((kind) =>
  allFields(kind).map((path) => ({
    kind,
    path,
    name: path
      .filter((step) => typeof step === "string")
      .slice(1)
      .join("."),
  })),
);

const kindsOf = (key: string) => (key.includes(":") ? key.slice(0, key.indexOf(":")).split(",") : []);
const nameOf = (key: string) => key.slice(key.indexOf(":") + 1);

/** The key that is meant for a field: one for its kind before one for all. */
function keysFor({ kind, name }: Use): readonly string[] {
  const own = bodyKeys.filter((key) => nameOf(key) === name && kindsOf(key).includes(kind));
  return own.length > 0 ? own : bodyKeys.filter((key) => key === name);
}

describe("schemas/field-docs.json", () => {
  it("is as its schema says", () => {
    const validate = new Ajv({ allErrors: true }).compile(schema);
    validate(docs);
    expect(validate.errors).toBeNull();
  });

  it("knows the fields of all schemas", () => {
    expect(uses.length).toBeGreaterThan(400);
    expect(uses.map(({ name }) => name)).toContain("messages.content.text");
    expect(uses.map(({ name }) => name)).toContain("response_format.json_schema.strict");
  });

  it("has one entry for each field of every schema", () => {
    const wrong = uses.map((use) => [use.kind, use.name, keysFor(use).length]).filter(([, , count]) => count !== 1);
    expect(wrong).toEqual([]);
  });

  it("has no entry for a field that no schema has", () => {
    const used = new Set(uses.flatMap(keysFor));
    expect(bodyKeys.filter((key) => !used.has(key))).toEqual([]);
    const idle = bodyKeys.flatMap((key) =>
      kindsOf(key)
        .filter((kind) => !uses.some((use) => use.kind === kind && use.name === nameOf(key)))
        .map((kind) => `${kind} of ${key}`),
    );
    expect(idle).toEqual([]);
  });

  it("says it in one to three sentences", () => {
    const long = Object.values(entries).filter(({ text = "" }) => text.split(". ").length > 3);
    expect(long).toEqual([]);
  });

  it("sends people only to fields that are there, and never back to the same one", () => {
    const lost = uses.filter(({ kind, path, name }) => {
      const { seeAlso } = fieldDocOf(kind, path) ?? {};
      return (
        seeAlso !== undefined && (seeAlso === name || !uses.some((use) => use.kind === kind && use.name === seeAlso))
      );
    });
    expect(lost).toEqual([]);
  });

  it("names in its types the values that it lists", () => {
    for (const { type, values } of Object.values(entries)) {
      for (const value of values ?? []) expect(type).toMatch(new RegExp(`\\b${value}\\b`));
    }
  });

  it("gives no types of its own where the schema has all there is", () => {
    const needless = uses.filter(
      ({ kind, path }) => fieldDocOf(kind, path)?.type !== undefined && !isJudged(kind, path),
    );
    expect(needless).toEqual([]);
  });
});

/** Whether the program has a judge of its own for the field or for one around it. */
function isJudged(kind: BodyKind, path: JsonPath): boolean {
  return path.some((_, index) =>
    fieldSchemasAt(kind, path.slice(0, index + 1)).some((one) => one["x-judge"] !== undefined),
  );
}

describe("fieldDocOf", () => {
  it("knows the fields of a line, whatever its kind", () => {
    expect(fieldDocOf(null, ["custom_id"])?.text).toMatch(/^Your name/);
    expect(fieldDocOf("chat", ["url"])?.text).toMatch(/^The endpoint/);
    expect(fieldDocOf(null, ["body"])?.text).toMatch(/^The request itself/);
    expect(fieldDocOf(null, ["response"])).toBeNull();
  });

  it("knows fields within fields, and what leads into them", () => {
    expect(fieldDocOf("chat", ["body", "messages", 3, "role"])?.text).toMatch(/^Who speaks/);
    expect(fieldDocOf("chat", ["body", "messages", 3, "content", 0, "type"])?.values).toContain("image_url");
    expect(fieldDocOf("chat", ["body", "stop", 0])).toEqual(fieldDocOf("completion", ["body", "stop"]));
  });

  it("tells apart what the same name means at several endpoints", () => {
    expect(fieldDocOf("embedding", ["body", "input"])?.text).toMatch(/embed/);
    expect(fieldDocOf("response", ["body", "input"])?.text).toMatch(/answer/);
    expect(fieldDocOf("chat", ["body", "documents"])?.text).toMatch(/draw on/);
    expect(fieldDocOf("rerank", ["body", "documents"])?.text).toMatch(/in order/);
  });

  it("takes from the entry for all kinds what an entry for one does not say", () => {
    const general = fieldDocOf("chat", ["body", "temperature"]);
    const ofAudio = fieldDocOf("transcription", ["body", "temperature"]);
    expect(ofAudio?.text).toBe(general?.text);
    expect(general?.default).toMatch(/generation_config/);
    expect(ofAudio?.default).toBe("0");
  });

  it("takes from another entry what holds there too", () => {
    const own = fieldDocOf("response", ["body", "tools", 0, "strict"]);
    const nested = fieldDocOf("chat", ["body", "tools", 0, "function", "strict"]);
    expect(own).toEqual({ ...nested, seeAlso: "tools.parameters" });
  });

  it.each<[BodyKind | null, JsonPath]>([
    ["rerank", ["body", "temperature"]],
    ["chat", ["body", "tools", 0, "name"]],
    ["chat", ["body", "embedding:input"]],
    ["embedding", ["body", "embedding:input"]],
    ["chat", ["body", "messages.role"]],
    ["chat", ["body", "chat_template_kwargs", "enable_thinking"]],
    ["chat", ["body", "logit_bias", "42"]],
    ["chat", ["body", 0]],
    ["chat", ["messages"]],
    ["chat", []],
    ["chat", [0]],
    ["chat", ["body", "__proto__"]],
    ["chat", ["__proto__"]],
    [null, ["body", "temperature"]],
  ])("says nothing of what is no field: %s %j", (kind, path) => {
    expect(fieldDocOf(kind, path)).toBeNull();
  });

  it("takes any path without throwing", () => {
    const names = [...new Set(uses.map(({ name }) => name.split(".")).flat()), "body", "__proto__", "constructor"];
    const step = fc.oneof(fc.constantFrom(...names), fc.string(), fc.integer(), fc.double());
    const path = fc.oneof(
      fc.array(step),
      fc.array(step).map((steps) => ["body", ...steps]),
    );
    fc.assert(
      fc.property(fc.constantFrom(...allKinds, null), path, (kind, steps) => {
        const doc = fieldDocOf(kind, steps);
        expect(doc === null || doc.text.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
