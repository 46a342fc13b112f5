/** Our dialect of JSON Schema (schemas/common.schema.json says what the x- keywords mean), and its schemas. */
import chat from "../../../../schemas/chat.schema.json" with { type: "json" };
import common from "../../../../schemas/common.schema.json" with { type: "json" };
import completion from "../../../../schemas/completion.schema.json" with { type: "json" };
import embedding from "../../../../schemas/embedding.schema.json" with { type: "json" };
import rerank from "../../../../schemas/rerank.schema.json" with { type: "json" };
import response from "../../../../schemas/response.schema.json" with { type: "json" };
import score from "../../../../schemas/score.schema.json" with { type: "json" };
import transcription from "../../../../schemas/transcription.schema.json" with { type: "json" };
import translation from "../../../../schemas/translation.schema.json" with { type: "json" };
import type { BodyKind } from "../endpoints.ts";

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string | readonly string[];
  enum?: readonly unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  then?: Schema;
  "x-exact"?: boolean;
  "x-ignored"?: string;
  "x-int64"?: boolean;
  "x-judge"?: string;
  "x-noText"?: boolean;
  "x-ofChat"?: boolean;
  "x-refused"?: string;
  "x-sampling"?: boolean;
  "x-vllm"?: boolean;
}

export type ObjectSchema = Schema & { properties: Record<string, Schema> };

const documents: Record<BodyKind, ObjectSchema> = {
  chat,
  completion,
  embedding,
  response,
  score,
  rerank,
  transcription,
  translation,
};

export function schemaOf(kind: BodyKind): ObjectSchema {
  return documents[kind];
}

const shared = common.$defs as Record<string, Schema>;

const resolved = new WeakMap<Schema, Schema>();

/** The schema with what it refers to; its own keywords win. */
export function resolve(schema: Schema, kind: BodyKind): Schema {
  if (schema.$ref === undefined) return schema;
  const known = resolved.get(schema);
  if (known !== undefined) return known;
  const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  const found = schema.$ref.startsWith("#") ? (documents[kind].$defs?.[name] ?? shared[name]) : shared[name];
  if (found === undefined) throw new Error(`There is no schema ${schema.$ref}.`);
  const whole: Schema = { ...resolve(found, kind), ...schema };
  delete whole.$ref;
  resolved.set(schema, whole);
  return whole;
}

export function isRequired(field: string, kind: BodyKind): boolean {
  return schemaOf(kind).required?.includes(field) === true;
}

/** Whether a field is one that OpenAI does not know. */
export function isOnlyOfVllm(field: string, kind: BodyKind): boolean {
  const schema = schemaOf(kind).properties[field];
  return schema !== undefined && resolve(schema, kind)["x-vllm"] === true;
}
