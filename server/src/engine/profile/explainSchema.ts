import { nearest } from "../../util/nearest.ts";
import { isObject, property } from "../../util/unknown.ts";
import type { ProfileProblem } from "./profileProblem.ts";

/** The part of an error of the schema that is used here. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
}

const seconds = "a number of seconds";

/** What each field must be, as the end of "expected …". Also the list of fields. */
const expectations: Readonly<Record<string, string>> = {
  $schema: "text",
  name: "letters, digits, dots, dashes and underscores, at most 64, without spaces",
  basedOn: "the name of a built-in profile: desktop, throughput, conservative, multi-gpu, cpu or simulator",
  engine: '"vllm" or "simulator"',
  vllm: "the path of the vllm program as text, or null to look for it",
  model: "a model's name or folder as text that does not begin with a dash, or null",
  servedModelName: "a name as text that does not begin with a dash, or null",
  flags: 'an object of flags, such as {"max-num-seqs": 8}',
  env: 'an object of texts, such as {"CUDA_VISIBLE_DEVICES": "0"}',
  startTimeoutSeconds: `${seconds} from 1 to 86400`,
  hangSeconds: `${seconds} from 5 to 86400`,
  maxCrashes: "a whole number from 0 to 100",
};

/** Puts what the schema found into words; one problem per place. */
export function explainSchema(errors: readonly SchemaError[], value: unknown, source: string): ProfileProblem[] {
  const problems = errors.map((error) => explainOne(error, value, source));
  return problems.filter(({ field }, index) => problems.findIndex((other) => other.field === field) === index);
}

function explainOne({ instancePath, keyword, params }: SchemaError, value: unknown, source: string): ProfileProblem {
  const path = instancePath.split("/").slice(1).map(unescapePointer);
  if (keyword === "additionalProperties") {
    const key = String(params["additionalProperty"]);
    return { source, field: [...path, key].join("."), message: unknownField(key) };
  }
  const [field = "", entry] = path;
  if (field === "") return { source, field, message: `expected an object {…}, found ${shown(value)}.` };
  const whole = property(value, field);
  if (entry === undefined) {
    const expected = expectations[field] ?? "something else";
    return { source, field, message: `expected ${expected}; found ${shown(whole)}.` };
  }
  const found = property(whole, entry);
  return { source, field: `${field}.${entry}`, message: field === "flags" ? flagMessage(found) : envMessage(found) };
}

function unescapePointer(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}

function unknownField(key: string): string {
  const near = nearest(key, Object.keys(expectations));
  if (near !== undefined) return `there is no such field. Did you mean ${near}?`;
  return key.includes("-")
    ? 'there is no such field. Flags of vLLM stand under "flags".'
    : `there is no such field. The fields: ${Object.keys(expectations).join(", ")}.`;
}

function flagMessage(found: unknown): string {
  const expected = "expected true, false, a number, text, or a list of texts with at least one";
  return isObject(found)
    ? `${expected}; found an object. Write it as text: ${JSON.stringify(JSON.stringify(found))}.`
    : `${expected}; found ${shown(found)}. To leave a flag out, delete its line.`;
}

function envMessage(found: unknown): string {
  const quoted = typeof found === "number" || typeof found === "boolean" ? ` Write "${String(found)}".` : "";
  return `expected text; found ${shown(found)}.${quoted}`;
}

const MOST_SHOWN = 80;

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}
