import { CodeActionKind, type CodeAction, type Diagnostic } from "vscode-languageserver";
import { clientCommands } from "../../protocol/language.ts";
import { property } from "../../util/unknown.ts";
import { RUN_SOURCE } from "../runFailures.ts";

/** What can be done about a request that failed in a run, by commands of our extension; empty for other problems. */
export function runActionsOf(uri: string, diagnostic: Diagnostic): CodeAction[] {
  // It comes back from the editor, so it is looked at like anything from outside.
  const run = property(diagnostic.data, "run");
  const customId = property(diagnostic.data, "customId");
  if (diagnostic.source !== RUN_SOURCE || typeof run !== "string" || typeof customId !== "string") return [];
  const action = (title: string, command: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    command: { title, command, arguments: [uri, run, customId] },
  });
  return [
    action("Retry this request", clientCommands.retryRequest),
    action("Open the response", clientCommands.openResponse),
    action("Exclude this request from the file", clientCommands.excludeRequest),
  ];
}
