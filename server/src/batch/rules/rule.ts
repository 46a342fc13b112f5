import type { JsonObject } from "../../util/unknown.ts";
import type { Target } from "../endpoints.ts";
import type { Report } from "../finding.ts";

/** What a rule may know besides the request itself. */
export interface RuleContext {
  target: Target;
  /** The line on which the request begins, from 1. */
  line: number;
  /** The request as it stands in the file. */
  text: string;
}

/** One question about one request. Rules see no other line: what spans lines is for the checker. */
export type Rule = (request: JsonObject, context: RuleContext, report: Report) => void;
