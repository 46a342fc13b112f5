import { resolve, type Schema, schemaOf } from "../../../server/src/batch/body/schema.ts";
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import { type MadeBody, plainBodies, RawJson, writeJson } from "./madeBody.ts";
import { values } from "./values.ts";

type Random = () => number;

/** Bodies with several fields at once, mostly sound: what one field means may depend on the others. */
export function* compositeBodies(kind: BodyKind, count: number, random: Random): Generator<MadeBody> {
  const { properties } = schemaOf(kind);
  const names = Object.keys(properties).filter((name) => !(name in plainBodies[kind]));
  for (let made = 0; made < count; made += 1) {
    const fields: Record<string, unknown> = {};
    const wanted = 1 + Math.floor(random() * 6);
    for (let each = 0; each < wanted; each += 1) {
      const name = pick(names, random);
      const schema = properties[name];
      // One value in five is any value at all.
      if (schema !== undefined && random() < 0.8) fields[name] = sound(name, resolve(schema, kind), random);
      else fields[name] = new RawJson(pick(values, random));
    }
    const text = writeJson({ ...plainBodies[kind], ...fields });
    yield { kind, place: "composite", value: writeJson(fields), text };
  }
}

function pick<T>(list: readonly T[], random: Random): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error("Nothing to pick from.");
  return found;
}

const schema = { type: "object", properties: { a: { type: "string" } } };
const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } };

/** Values for fields of which a schema says too little. */
const examples: Readonly<Record<string, readonly unknown[]>> = {
  cache_salt: ["s"],
  chat_template_kwargs: [{ enable_thinking: false }],
  documents: [[{ title: "t", text: "x" }]],
  kv_transfer_params: [{ do_remote_decode: false }],
  logit_bias: [{}, { "5": 1 }],
  repetition_detection: [{ max_pattern_size: 4, min_count: 2 }],
  response_format: [
    { type: "json_object" },
    { type: "json_schema", json_schema: { name: "n", schema } },
    { type: "text" },
  ],
  stop: ["x", ["x", "y"], []],
  stream: [false],
  structured_outputs: [{ json: schema }, { regex: "a+" }, { choice: ["a", "b"] }],
  text: [{ format: { type: "json_object" } }, { format: { type: "text" } }],
  tool_choice: ["none", "auto", "required", { type: "function", function: { name: "f" } }],
  tools: [[tool]],
  vllm_xargs: [{ a: 1 }],
};

function sound(name: string, part: Schema, random: Random): unknown {
  const known = examples[name];
  if (known !== undefined) return pick(known, random);
  const { enum: choices, type, minimum = -3, maximum = 5 } = part;
  if (choices !== undefined) return pick(choices, random);
  const types = typeof type === "string" ? [type] : (type ?? ["string"]);
  switch (pick(types, random)) {
    case "null":
      return null;
    case "boolean":
      return random() < 0.5;
    case "integer":
      return pick([minimum, minimum + 1, Math.min(maximum, 5), 0, 1, 2], random);
    case "number":
      return pick([minimum, maximum > 1e6 ? 1.5 : maximum, 0.5, 1, 0], random);
    case "array":
      return pick<readonly unknown[]>([[], [1], [5, 6], ["x"]], random);
    case "object":
      return {};
    default:
      return pick(["x", "some text"], random);
  }
}
