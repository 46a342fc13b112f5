import { checkBody } from "../../../server/src/batch/body/checkBody.ts";
import type { BodyKind, Target } from "../../../server/src/batch/endpoints.ts";
import type { Edit, Finding } from "../../../server/src/batch/finding.ts";
import { isObject, type JsonObject } from "../../../server/src/util/unknown.ts";
import { plainBodies } from "./madeBody.ts";

/** What is found in a plain body of the kind with these fields; undefined takes a field away. */
export function check(kind: BodyKind, fields: JsonObject, target: Target = "vllm"): Finding[] {
  return checkWhole(kind, JSON.parse(JSON.stringify({ ...plainBodies[kind], ...fields })) as JsonObject, target);
}

export function checkWhole(kind: BodyKind, body: JsonObject, target: Target = "vllm"): Finding[] {
  const findings: Finding[] = [];
  checkBody(kind, body, target, (finding) => void findings.push(finding));
  return findings;
}

/** `code at path`, in the order of telling. */
export function inShort(findings: readonly Finding[]): string[] {
  return findings.map(({ code, path }) => `${code} ${path.join(".")}`);
}

/** The body after the edits, made on its value: the text is the business of the fixer. */
export function edited(body: JsonObject, edits: readonly Edit[]): JsonObject {
  const line: JsonObject = { body: structuredClone(body) };
  for (const edit of edits) apply(line, edit);
  if (!isObject(line["body"])) throw new Error("The edits took the body away.");
  return line["body"];
}

type Container = Record<string | number, unknown>;

function apply(line: JsonObject, edit: Edit): void {
  const parent = at(line, edit.path.slice(0, -1));
  const key = edit.path.at(-1) ?? "";
  switch (edit.op) {
    case "replace":
      parent[key] = edit.value;
      break;
    case "remove":
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else Reflect.deleteProperty(parent, key);
      break;
    case "rename":
      parent[edit.key] = parent[key];
      Reflect.deleteProperty(parent, key);
      break;
    case "insert":
      at(line, edit.path)[edit.key] = edit.value;
      break;
    case "lift": {
      const lifted = parent[key];
      Reflect.deleteProperty(parent, key);
      Object.assign(parent, lifted);
      break;
    }
    case "unquote":
      parent[key] = JSON.parse(String(parent[key]));
      break;
  }
}

function at(line: JsonObject, path: Edit["path"]): Container {
  let found: unknown = line;
  for (const step of path) found = typeof found === "object" && found !== null ? Reflect.get(found, step) : undefined;
  if (typeof found !== "object" || found === null) throw new Error(`There is nothing at ${path.join(".")}.`);
  return found as Container;
}
