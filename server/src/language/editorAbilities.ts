import type { InitializeParams } from "vscode-languageserver";
import type { InitializationOptions } from "../protocol/language.ts";
import { property } from "../util/unknown.ts";

/** What the editor at the other end can do, and what it told us at the start. */
export interface EditorAbilities {
  /** It asks for diagnostics (LSP 3.17) instead of being sent them. */
  pullsDiagnostics: boolean;
  refreshesDiagnostics: boolean;
  refreshesLenses: boolean;
  answersConfiguration: boolean;
  registersConfiguration: boolean;
  /** It asks for the edit of an action when the action is chosen. */
  resolvesEdits: boolean;
  knowsCommands: boolean;
  problemPages: string | null;
  settings: unknown;
}

/** Reads what came with `initialize`. */
export function abilitiesOf({ capabilities, initializationOptions }: InitializeParams): EditorAbilities {
  const { textDocument, workspace } = capabilities;
  const { clientCommands, problemPages, settings } = readOptions(initializationOptions);
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    resolvesEdits: textDocument?.codeAction?.resolveSupport?.properties.includes("edit") === true,
    knowsCommands: clientCommands === true,
    problemPages: problemPages ?? null,
    settings,
  };
}

function readOptions(options: unknown): InitializationOptions {
  const pages = property(options, "problemPages");
  return {
    clientCommands: property(options, "clientCommands") === true,
    ...(typeof pages === "string" && { problemPages: pages }),
    settings: property(options, "settings"),
  };
}
