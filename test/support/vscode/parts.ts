import { describe, inject } from "vitest";
import type { ReadyParts, VscodeParts } from "../../../scripts/vscode/install.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What the set-up of the projects `host` and `e2e` found or installed. */
    vscodeParts: VscodeParts;
    /** The packaged extension, for the project `e2e`; null where the suites are skipped. */
    vsix: string | null;
  }
}

/** Where code-server and the browser are. Throws where they are not: such tests are inside {@link describeVscode}. */
export function vscodeParts(): ReadyParts {
  const parts = inject("vscodeParts");
  if (parts.state === "missing") throw new Error(parts.why);
  return parts;
}

/** `describe`, but skipped, with the reason in its name, where no VS Code can be had. */
export function describeVscode(name: string, body: () => void): void {
  const parts = inject("vscodeParts");
  if (parts.state === "ready") describe(name, body);
  else describe.skip(`${name} (skipped: ${parts.why.replaceAll(/\s+/g, " ")})`, body);
}
