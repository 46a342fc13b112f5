/** What the fields of a request do, in words for people: schemas/field-docs.json, whose schema explains it. */
import docs from "../../../schemas/field-docs.json" with { type: "json" };
import type { BodyKind } from "../batch/endpoints.ts";
import type { JsonPath } from "../batch/finding.ts";
import { fieldSchemasAt } from "./fieldSchema.ts";

/** `text` and `default` are Markdown. */
export interface FieldDoc {
  /** One to three sentences. */
  text: string;
  /** What holds when the field is left out: a part of a sentence. */
  default?: string | undefined;
  /** In place of what describeType says, where the schema has only the plain case. */
  type?: string | undefined;
  /** The values to choose from, where the schema has fewer or none. */
  values?: readonly string[] | undefined;
  /** The path of another field of the same body, such as `messages.tool_calls`. */
  seeAlso?: string | undefined;
}

interface DocEntry extends Partial<FieldDoc> {
  sameAs?: string | undefined;
}

type DocTable = Readonly<Record<string, DocEntry | undefined>>;

/**
 * What a field does. `path` leads from the root of the line's object to the field or into its value:
 * `["body", "messages", 0, "role"]`. The fields of the line itself need no kind. null where no field is meant.
 */
export function fieldDocOf(kind: BodyKind | null, path: JsonPath): FieldDoc | null {
  const [root, ...steps] = path;
  if (steps.length === 0) return (typeof root === "string" ? ofLine.get(root) : undefined) ?? null;
  if (kind === null || fieldSchemasAt(kind, path).length === 0) return null;
  const name = steps.filter((step) => typeof step === "string").join(".");
  return ofBody.get(`${kind}:${name}`) ?? ofBody.get(name) ?? null;
}

const ofLine = readDocs(docs.line);
const ofBody = readDocs(docs.body);

/** By `field`, or `kind:field` where kinds differ. */
function readDocs(table: DocTable): ReadonlyMap<string, FieldDoc> {
  const found = new Map<string, FieldDoc>();
  for (const key of Object.keys(table)) {
    const doc = readDoc(key, table);
    for (const kind of kindsIn(key)) found.set(`${kind}:${fieldIn(key)}`, doc);
    if (fieldIn(key) === key) found.set(key, doc);
  }
  return found;
}

function readDoc(key: string, table: DocTable): FieldDoc {
  const { sameAs, ...own } = table[key] ?? {};
  const base = sameAs ?? (table[fieldIn(key)] === undefined ? key : fieldIn(key));
  const whole = base === key ? own : { ...readDoc(base, table), ...own };
  const { text } = whole;
  if (text === undefined) throw new Error(`schemas/field-docs.json says nothing of ${key}.`);
  return { ...whole, text };
}

/** `chat,completion:logprobs`. */
function kindsIn(key: string): readonly string[] {
  const colon = key.indexOf(":");
  return colon === -1 ? [] : key.slice(0, colon).split(",");
}

function fieldIn(key: string): string {
  return key.slice(key.indexOf(":") + 1);
}
