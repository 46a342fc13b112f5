import type { JsonObject } from "../../util/unknown.ts";
import type { BodyKind, Target } from "../endpoints.ts";
import type { Report } from "../finding.ts";

/**
 * Judges the body of one request as vLLM (or OpenAI) would. Paths in findings begin with "body". The `model` field is
 * judged elsewhere, except for its being there and being a string.
 */
export function checkBody(_kind: BodyKind, _body: JsonObject, _target: Target, _report: Report): void {
  // Comes with the schemas.
}
