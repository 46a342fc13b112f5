import type { InitializeParams } from "vscode-languageserver";
import type { InitializationOptions } from "../protocol/language.ts";
import { property } from "../util/unknown.ts";

/** What the editor at the other end can do, and what it told us at the start. */
export interface EditorAbilities {
  /** It asks for diagnostics (LSP 3.17) instead of being sent them. */
  pullsDiagnostics: boolean;
  refreshesDiagnostics: boolean;
  refreshesLenses: boolean;
  refreshesHints: boolean;
  answersConfiguration: boolean;
  registersConfiguration: boolean;
  /** It asks for the edit of an action when the action is chosen. */
  resolvesEdits: boolean;
  /** It takes edits that say for which version of a text they are. */
  versionsEdits: boolean;
  /** It takes completions with places to fill in. */
  fillsSnippets: boolean;
  /** It takes symbols with a range beside that of their name. */
  nestsSymbols: boolean;
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
    refreshesHints: workspace?.inlayHint?.refreshSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    resolvesEdits: textDocument?.codeAction?.resolveSupport?.properties.includes("edit") === true,
    versionsEdits: workspace?.workspaceEdit?.documentChanges === true,
    fillsSnippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    nestsSymbols: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
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
