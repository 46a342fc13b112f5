import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";

const root = path.resolve(import.meta.dirname, "..");

/** Writes server/src/run/generated/: the check of a run's manifest, compiled from its schema. */
export async function generateManifestValidator(): Promise<void> {
  const schema: unknown = JSON.parse(await readFile(path.join(root, "schemas", "run-manifest.schema.json"), "utf8"));
  // The schema uses no keyword (minLength, uniqueItems …) whose compiled code would need ajv at run time.
  const ajv = new Ajv({ code: { source: true, esm: true }, allowUnionTypes: true });
  const validate = ajv.compile(schema as object);
  const folder = path.join(root, "server", "src", "run", "generated");
  await mkdir(folder, { recursive: true });
  await writeIfChanged(path.join(folder, "validateManifest.js"), standaloneCode(ajv, validate));
  await writeIfChanged(path.join(folder, "validateManifest.d.ts"), DECLARATION);
}

const DECLARATION = `import type { Manifest } from "../../protocol/records.ts";

declare const validateManifest: {
  (value: unknown): value is Manifest;
  errors?: { instancePath: string; message?: string }[] | null;
};
export default validateManifest;
`;

async function writeIfChanged(file: string, text: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => null)) !== text) await writeFile(file, text);
}
