import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import { schemaOf } from "../../../server/src/batch/body/schema.ts";
import { type MadeBody, plainBodies, RawJson, writeJson } from "./madeBody.ts";
import { deepPlaces, type Place } from "./places.ts";
import { deepValues, missing, values } from "./values.ts";

/** Fields that vLLM does not know, of each kind. */
const strangers: Readonly<Record<BodyKind, readonly string[]>> = {
  chat: ["best_of", "extra_body", "guided_json", "temprature", "prompt"],
  completion: ["extra_body", "guided_regex", "top_logprobs", "messages"],
  response: ["max_tokens", "messages", "n", "response_format", "logprobs"],
  embedding: ["temperature", "max_tokens", "stream"],
  score: ["top_n", "softmax", "normalize"],
  rerank: ["queries", "top_k", "normalize"],
  transcription: ["max_tokens", "timestamp_granularities"],
  translation: ["timestamp_granularities[]"],
};

/** Each value in each field and place of a kind, always in the same order. */
export function* systematicBodies(kind: BodyKind): Generator<MadeBody> {
  const plain = plainBodies[kind];
  for (const field of [...Object.keys(schemaOf(kind).properties), ...strangers[kind]]) {
    for (const value of [missing, ...values]) {
      // A field that is not there by default is missing from the plain body too.
      if (value === missing && !(field in plain)) continue;
      const content = value === missing ? undefined : new RawJson(value);
      yield { kind, place: field, value, text: writeJson({ ...plain, [field]: content }) };
    }
  }
  for (const place of deepPlaces) {
    if (place.kind !== kind) continue;
    for (const value of [missing, ...deepValues]) {
      yield { kind, place: place.name, value, text: writeJson(withValue(place, value)) };
    }
  }
}

function withValue(place: Place, value: string): unknown {
  return put(place.body, place.path, value === missing ? undefined : new RawJson(value));
}

/** A copy with `value` at the end of the path; undefined takes away what was there. */
function put(target: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(target))
    return target.map((child: unknown, index) => (index === step ? put(child, rest, value) : child));
  if (typeof target !== "object" || target === null) throw new Error(`There is nothing at ${step}.`);
  return { ...target, [step]: put(Reflect.get(target, step), rest, value) };
}
