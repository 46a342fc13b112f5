import type { JsonObject } from "../../util/unknown.ts";
import type { BodyKind, Target } from "../endpoints.ts";
import type { Report } from "../finding.ts";
import * as validators from "../generated/bodyValidators.js";
import { explainBody } from "./explainBody.ts";
import { rulesOf } from "./rules/rules.ts";
import { isOnlyOfVllm } from "./schema.ts";
import type { Scope, TextOf } from "./scope.ts";

/**
 * Judges the body of one request as vLLM (or OpenAI) would. Paths in findings begin with "body". The `model` field is
 * judged elsewhere, except for its being there and being a string. `textOf` gives the text of a value as it stands in
 * the file, which tells 2^63 from 2^63 - 1, and 5.0 from 5; without it such numbers pass.
 */
export function checkBody(kind: BodyKind, body: JsonObject, target: Target, report: Report, textOf?: TextOf): void {
  const scope: Scope = { kind, body, target, report, textOf };
  // Nearly all bodies are plainly fine, and a compiled schema says so in a microsecond.
  if (target !== "vllm" || !validators[kind](body)) explainBody(scope);
  const rules = rulesOf[kind];
  for (const key in body) {
    const value = body[key];
    if (value === null || (target === "openai" && isOnlyOfVllm(key, kind))) continue;
    const ofField = rules.get(key);
    if (ofField === undefined) continue;
    for (const rule of ofField) rule(value, scope);
  }
}
