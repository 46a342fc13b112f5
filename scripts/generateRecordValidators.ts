import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const root = path.resolve(import.meta.dirname, "..");

/** A kind of record that is read from disk: its schema, where the check of it goes, and the type it proves. */
interface RecordKind {
  schema: string;
  /** Folder of server/src. */
  folder: string;
  /** Name of the module and of its default export. */
  name: string;
  proves: { type: string; from: string } | null;
  /** What a person writes by hand is told all its mistakes at once. */
  allErrors: boolean;
}

const kinds: readonly RecordKind[] = [
  {
    schema: "run-manifest",
    folder: "run",
    name: "validateManifest",
    proves: { type: "Manifest", from: "../../protocol/records.ts" },
    allErrors: false,
  },
  // What a file says of a profile is less than a whole profile: it is completed afterwards.
  { schema: "profile", folder: "engine", name: "validateProfile", proves: null, allErrors: true },
];

/** Writes the modules in generated/ that check records, compiled from their schemas. */
export async function generateRecordValidators(): Promise<void> {
  for (const kind of kinds) await generateValidator(kind);
}

async function generateValidator({ schema, folder, name, proves, allErrors }: RecordKind): Promise<void> {
  const text: unknown = JSON.parse(await readFile(path.join(root, "schemas", `${schema}.schema.json`), "utf8"));
  // The schemas use no keyword (minLength, uniqueItems …) whose compiled code would need ajv at run time.
  const ajv = new Ajv({ code: { source: true, esm: true }, allowUnionTypes: true, allErrors });
  const code = standaloneCode(ajv, ajv.compile(text as object));
  const output = path.join(root, "server", "src", folder, "generated");
  await mkdir(output, { recursive: true });
  await writeIfChanged(path.join(output, `${name}.js`), code);
  await writeIfChanged(path.join(output, `${name}.d.ts`), declaration(name, proves));
}

function declaration(name: string, proves: RecordKind["proves"]): string {
  const imported = proves === null ? "" : `import type { ${proves.type} } from "${proves.from}";\n\n`;
  return `${imported}declare const ${name}: {
  (value: unknown): ${proves === null ? "boolean" : `value is ${proves.type}`};
  errors?: { instancePath: string; keyword: string; params: Record<string, unknown>; message?: string }[] | null;
};
export default ${name};
`;
}

async function writeIfChanged(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => null)) !== text) await writeFile(file, text);
}
