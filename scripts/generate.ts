// Writes the code that is made from data: `npm run generate`. Nothing here is committed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type SchemaObject } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import { generateRecordValidators } from "./generateRecordValidators.ts";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const schemaFolder = path.join(root, "schemas");
const outputFolder = path.join(root, "server", "src", "batch", "generated");

/** The kinds of bodies; each has its schema, and gets a function that says whether a body is plainly fine. */
const kinds = ["chat", "completion", "embedding", "response", "score", "rerank", "transcription", "translation"];

/** What the schemas of several kinds share. */
const shared = "common";

/** Makes everything under the folders generated/ of server/src. Quick when nothing changed. */
export async function generate(): Promise<void> {
  await generateRecordValidators();
  const sources = [shared, ...kinds].map((name) => readFileSync(schemaPath(name), "utf8"));
  const script = readFileSync(fileURLToPath(import.meta.url), "utf8");
  const mark = `// Made by scripts/generate.ts from ${hashOf([script, ...sources])}\n`;
  const code = path.join(outputFolder, "bodyValidators.js");
  const types = path.join(outputFolder, "bodyValidators.d.ts");
  if (existsSync(types) && existsSync(code) && readFileSync(code, "utf8").startsWith(mark)) return;
  mkdirSync(outputFolder, { recursive: true });
  writeFileSync(types, kinds.map((kind) => `export declare function ${kind}(body: unknown): boolean;\n`).join(""));
  // Last: it carries the mark.
  writeFileSync(code, mark + compile(sources.map(parseSchema)));
}

function schemaPath(name: string): string {
  return path.join(schemaFolder, `${name}.schema.json`);
}

function hashOf(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\0")).digest("hex");
}

function parseSchema(text: string): SchemaObject {
  return JSON.parse(text) as SchemaObject;
}

/** The largest number below 2^63 that a double holds: what is nearer to the limit takes a look at the text. */
const BELOW_INT64 = 9_223_372_036_854_774_784;

function compile(schemas: readonly SchemaObject[]): string {
  const ajv = new Ajv({
    schemas: [...schemas],
    code: { source: true, esm: true, lines: false, optimize: 2 },
    discriminator: true,
    allowUnionTypes: true,
    // Messages are made elsewhere, and only for bodies that need them.
    messages: false,
    // Lengths in UTF-16 units need no module at run time. No limit in the schemas is near one that matters.
    unicode: false,
    logger: false,
    // A limit may stand beside a union of types.
    strictTypes: false,
    keywords: [
      { keyword: "x-refused", macro: () => false },
      // There is something to say about any value but null.
      { keyword: "x-ignored", macro: () => ({ type: "null" }) },
      { keyword: "x-int64", macro: () => ({ minimum: -BELOW_INT64, maximum: BELOW_INT64 }) },
    ],
  });
  ajv.addVocabulary(["x-vllm", "x-noText", "x-exact", "x-sampling", "x-judge", "x-ofChat"]);
  return standaloneCode(ajv, Object.fromEntries(kinds.map((kind) => [kind, `${kind}.schema.json`])));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
