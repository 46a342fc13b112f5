import type { JsonObject } from "../../util/unknown.ts";
import type { BodyKind, Target } from "../endpoints.ts";
import type { Edit, Finding, Fix, JsonPath, Report } from "../finding.ts";
import { type BodyCode, severities } from "./codes.ts";

/** The body that is judged, and whom to tell. */
export interface Scope {
  kind: BodyKind;
  body: JsonObject;
  target: Target;
  report: Report;
  /** The text of a value as it stands in the file, for numbers of which JavaScript keeps too little. */
  textOf: TextOf | undefined;
}

export type TextOf = (path: JsonPath) => string | undefined;

export const bodyPath: JsonPath = ["body"];

export interface Remark {
  /** Underline the key instead of the value. */
  at?: "key";
  fix?: Fix;
}

export function say(scope: Scope, code: BodyCode, path: JsonPath, message: string, remark: Remark = {}): void {
  const { at = "value", fix } = remark;
  const finding: Finding = { code, severity: severities[code], message, path, at, ...(fix && { fix }) };
  scope.report(finding);
}

/** The same scope, with findings kept instead of told. */
export function aside(scope: Scope): { scope: Scope; findings: Finding[] } {
  const findings: Finding[] = [];
  return { scope: { ...scope, report: (finding) => void findings.push(finding) }, findings };
}

export function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === "error");
}

export function removal(path: JsonPath, kind: Fix["kind"] = "safe"): Fix {
  const last = path.at(-1);
  return { kind, title: typeof last === "string" ? `Remove "${last}"` : "Remove it", edits: [{ op: "remove", path }] };
}

export function fixWith(kind: Fix["kind"], title: string, ...edits: Edit[]): Fix {
  return { kind, title, edits };
}
