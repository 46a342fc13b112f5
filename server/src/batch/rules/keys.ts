import { nearest } from "../../util/nearest.ts";
import { isObject, type JsonObject } from "../../util/unknown.ts";
import type { Finding } from "../finding.ts";
import type { Rule } from "./rule.ts";

const keys: readonly string[] = ["custom_id", "method", "url", "body"];

/** Keys beside the four of a request. Nothing reads them (vLLM 0.32.0 allows and ignores them). */
export const checkKeys: Rule = (request, _context, report) => {
  for (const key in request) {
    if (key === "custom_id" || key === "method" || key === "url" || key === "body") continue;
    report(judgeKey(key, request));
  }
};

function judgeKey(key: string, request: JsonObject): Finding {
  const missing = keys.filter((known) => !Object.hasOwn(request, known));
  const guess = nearest(key.replace(/-| /g, "_").replace(/([a-z])([A-Z])/g, "$1_$2"), missing) ?? alias(key, missing);
  const shown = JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}…` : key);
  const finding: Finding = {
    code: "line.unknownKey",
    severity: "warning",
    message: `${shown} is no part of a request and is ignored. ${adviceOn(key, request)}`,
    path: [key],
    at: "key",
  };
  if (guess === undefined) return finding;
  return {
    ...finding,
    message: `${shown} is no part of a request and is ignored. Did you mean "${guess}"?`,
    fix: {
      kind: "suggested",
      title: `Rename ${shown} to "${guess}"`,
      edits: [{ op: "rename", path: [key], key: guess }],
    },
  };
}

/** Names that other tools give to the same thing, and exact names in another spelling. */
function alias(key: string, missing: readonly string[]): string | undefined {
  const plain = key.toLowerCase().replace(/[^a-z]/g, "");
  const wanted =
    missing.find((known) => known.replace("_", "") === plain) ??
    { id: "custom_id", requestid: "custom_id", endpoint: "url", path: "url", params: "body", request: "body" }[plain];
  return wanted !== undefined && missing.includes(wanted) ? wanted : undefined;
}

/** A field of the body that stands one level too high. */
function adviceOn(key: string, request: JsonObject): string {
  const body = request["body"];
  const belongsInside = ["model", "messages", "prompt", "input", "temperature", "max_tokens"].includes(key);
  return belongsInside && isObject(body) && !Object.hasOwn(body, key)
    ? `It belongs inside "body".`
    : `A request has "custom_id", "method", "url" and "body".`;
}
