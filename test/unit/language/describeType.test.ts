import { describe, expect, it } from "vitest";
import type { Schema } from "../../../server/src/batch/body/schema.ts";
import type { BodyKind } from "../../../server/src/batch/endpoints.ts";
import type { JsonPath } from "../../../server/src/batch/finding.ts";
import { describeType, valuesOf } from "../../../server/src/language/describeType.ts";
import { fieldSchemasAt } from "../../../server/src/language/fieldSchema.ts";
import { allFields } from "../../support/bodies/allFields.ts";
import { allKinds } from "../../support/bodies/verdictTable.ts";

describe("describeType", () => {
  it.each<[BodyKind, JsonPath, string]>([
    ["chat", ["temperature"], "number, 0 to 2"],
    ["chat", ["top_p"], "number, above 0, at most 1"],
    ["chat", ["repetition_penalty"], "number, above 0"],
    ["chat", ["top_k"], "whole number, at least -1"],
    ["chat", ["n"], "whole number, 1 to 16384"],
    ["chat", ["seed"], "whole number"],
    ["chat", ["length_penalty"], "number"],
    ["chat", ["logprobs"], "true or false"],
    ["chat", ["stream"], "only false"],
    ["chat", ["reasoning_effort"], "one of none, minimal, low, medium, high, xhigh, max"],
    ["chat", ["stop"], "text, not empty; or list of texts, at most 4"],
    ["chat", ["stop_token_ids"], "list of whole numbers"],
    ["chat", ["allowed_token_ids"], "list of whole numbers, at least 1"],
    ["chat", ["logprob_token_ids"], "list of whole numbers, at most 128"],
    ["chat", ["cache_salt"], "text, 1 to 128 characters"],
    ["chat", ["chat_template"], "text"],
    ["chat", ["messages"], "list of objects, at least 1"],
    ["chat", ["messages", 0], "object"],
    ["chat", ["messages", 0, "role"], "one of system, developer, user, assistant, tool"],
    ["chat", ["messages", 0, "content"], "text or list of objects"],
    ["chat", ["messages", 0, "tool_calls"], "empty list"],
    ["chat", ["messages", 0, "refusal"], "only null"],
    ["chat", ["response_format"], "object"],
    ["chat", ["logit_bias"], "object of numbers"],
    ["chat", ["media_io_kwargs"], "object of objects"],
    ["chat", ["vllm_xargs"], "object of texts, numbers or lists"],
    ["chat", ["vllm_xargs", "any"], "text, number or list of texts or numbers"],
    ["chat", ["audio"], ""],
    ["completion", ["prompt"], "text, not empty; or list of texts, 1 to 1024"],
    ["completion", ["prompt_embeds"], "text or list of texts"],
    ["response", ["background"], "only false"],
    ["response", ["prompt"], "only null"],
    ["response", ["truncation"], "one of auto, disabled"],
    ["score", ["queries"], "text, not empty; or list of texts, at least 1"],
    ["transcription", ["timestamp_granularities[]"], "list of any of word, segment"],
  ])("%s %j: %s", (kind, path, words) => {
    expect(describeType(fieldSchemasAt(kind, ["body", ...path]), kind)).toBe(words);
  });

  it.each<[Schema[], string]>([
    [[], ""],
    [[{}], ""],
    [[{ type: "string", maxLength: 64 }], "text, at most 64 characters"],
    [[{ type: "integer", maximum: 5 }], "whole number, at most 5"],
    [[{ type: "number" }, { type: "number" }], "number"],
    [[{ enum: [1, "two"] }, { const: true }], `one of 1, two, true`],
    [[{ const: "auto" }, { type: "object" }], "auto or object"],
    [[{ type: "array" }], "list"],
    [[{ type: "null" }, { type: "boolean" }], "true or false"],
  ])("%j: %s", (schemas, words) => {
    expect(describeType(schemas, "chat")).toBe(words);
  });

  it.each(allKinds)("has words for every field but those that are ignored or refused: %s", (kind) => {
    for (const path of allFields(kind)) {
      const schemas = fieldSchemasAt(kind, path);
      const isIdle = schemas.some((schema) => "x-ignored" in schema || "x-refused" in schema);
      if (!isIdle) expect(describeType(schemas, kind), path.join(".")).not.toBe("");
      expect(describeType(schemas, kind)).not.toMatch(/undefined|\$ref|NaN/);
    }
  });
});

describe("valuesOf", () => {
  it("lists choices once, without null", () => {
    const roles = fieldSchemasAt("chat", ["body", "messages", 0, "role"]);
    expect(valuesOf(roles)).toEqual(["system", "developer", "user", "assistant", "tool"]);
    expect(valuesOf(fieldSchemasAt("chat", ["body", "truncation_side"]))).toEqual(["left", "right"]);
    expect(valuesOf(fieldSchemasAt("chat", ["body", "temperature"]))).toEqual([]);
  });
});
