import path from "node:path";
import { execa } from "execa";
import type { TestProject } from "vitest/node";
import { ensureVscode } from "../../../scripts/vscode/install.ts";
import { root } from "../../../scripts/vscode/paths.ts";

/** Before the suites inside the extension host: VS Code is there, and `dist/` is what the sources say. */
export default async function setup(project: TestProject): Promise<void> {
  const parts = await ensureVscode((line) => console.error(line));
  project.provide("vscodeParts", parts);
  if (parts.state === "ready") await execa(process.execPath, [path.join(root, "esbuild.js")], { cwd: root });
}
