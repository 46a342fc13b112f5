import type { TestProject } from "vitest/node";
import { packageExtension } from "../../../scripts/package.ts";
import { ensureVscode } from "../../../scripts/vscode/install.ts";

/** Before the suites that use the extension as a person does: VS Code is there, and the VSIX is made. */
export default async function setup(project: TestProject): Promise<void> {
  const parts = await ensureVscode((line) => console.error(line));
  project.provide("vscodeParts", parts);
  project.provide("vsix", parts.state === "ready" ? (await packageExtension()).file : null);
}
