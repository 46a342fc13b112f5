import type * as vscode from "vscode";
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  type CodeAction,
  type Command,
  type WorkspaceEdit,
} from "vscode-languageclient/node";
import {
  replaceModelMethod,
  type ReplaceModelAnswer,
  type ReplaceModelParams,
} from "../../../server/src/protocol/language.ts";
import type { Language } from "../language/language.ts";

const FIX_ALL = "source.fixAll.vllmBatch";

/** The edit that mends all that can safely be mended; null when there is nothing, or the text has changed meanwhile. */
export async function fixAllEdit(
  language: Language,
  document: vscode.TextDocument,
): Promise<vscode.WorkspaceEdit | null> {
  const client = await language.client();
  const { version } = document;
  const start = { line: 0, character: 0 };
  const actions = await client.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: document.uri.toString() },
    range: { start, end: start },
    context: { diagnostics: [], only: [FIX_ALL] },
  });
  const action = actions?.find((one) => isFixAll(one));
  if (action === undefined) return null;
  const { edit } = await client.sendRequest(CodeActionResolveRequest.type, action);
  return await converted(language, edit, () => document.version === version);
}

/** It has no edit yet, so that it is not what vscode-languageserver-types takes for one (CodeAction.is). */
function isFixAll(one: CodeAction | Command): one is CodeAction {
  return "kind" in one && one.kind === FIX_ALL;
}

/** The edit that gives all requests of one model another; null when there is none, or the text has changed meanwhile. */
export async function replaceModelEdit(
  language: Language,
  document: vscode.TextDocument,
  names: Pick<ReplaceModelParams, "from" | "to">,
): Promise<vscode.WorkspaceEdit | null> {
  const { version } = document;
  const params: ReplaceModelParams = { uri: document.uri.toString(), ...names };
  const answer = await language.request<ReplaceModelAnswer>(replaceModelMethod, params);
  return await converted(language, answer?.edit as WorkspaceEdit | undefined, () => document.version === version);
}

async function converted(
  language: Language,
  edit: WorkspaceEdit | undefined,
  isCurrent: () => boolean,
): Promise<vscode.WorkspaceEdit | null> {
  if (edit === undefined) return null;
  const client = await language.client();
  // Takes a while for a hundred thousand edits, and lets others work in between.
  const result = await client.protocol2CodeConverter.asWorkspaceEdit(edit);
  return isCurrent() ? result : null;
}
