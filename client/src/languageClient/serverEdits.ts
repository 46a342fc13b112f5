import type * as vscode from "vscode";
import {
  CodeActionRequest,
  CodeActionResolveRequest,
  type CodeAction,
  type Command,
  type LanguageClient,
  type WorkspaceEdit,
} from "vscode-languageclient/node";
import {
  replaceModelMethod,
  type ReplaceModelAnswer,
  type ReplaceModelParams,
} from "../../../server/src/protocol/language.ts";
import { currentEdit, type CurrentEdit } from "../files/currentEdit.ts";
import type { Language } from "../language/language.ts";

const FIX_ALL = "source.fixAll.vllmBatch";

/** The edit that mends all that can safely be mended. */
export async function fixAllEdit(
  language: Language,
  document: vscode.TextDocument,
): Promise<CurrentEdit<vscode.WorkspaceEdit>> {
  return await currentEdit(document, async () => {
    const client = await language.client();
    const start = { line: 0, character: 0 };
    const actions = await client.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: document.uri.toString() },
      range: { start, end: start },
      context: { diagnostics: [], only: [FIX_ALL] },
    });
    const action = actions?.find((one) => isFixAll(one));
    if (action === undefined) return undefined;
    const { edit } = await client.sendRequest(CodeActionResolveRequest.type, action);
    return await converted(client, edit);
  });
}

/** It has no edit yet, so that it is not what vscode-languageserver-types takes for one (CodeAction.is). */
function isFixAll(one: CodeAction | Command): one is CodeAction {
  return "kind" in one && one.kind === FIX_ALL;
}

/** The edit that gives all requests of one model another. */
export async function replaceModelEdit(
  language: Language,
  document: vscode.TextDocument,
  names: Pick<ReplaceModelParams, "from" | "to">,
): Promise<CurrentEdit<vscode.WorkspaceEdit>> {
  return await currentEdit(document, async () => {
    const params: ReplaceModelParams = { uri: document.uri.toString(), ...names };
    const answer = await language.request<ReplaceModelAnswer>(replaceModelMethod, params);
    return await converted(await language.client(), answer?.edit as WorkspaceEdit | undefined);
  });
}

/** Takes a while for a hundred thousand edits, and lets others work in between. */
async function converted(
  client: LanguageClient,
  edit: WorkspaceEdit | undefined,
): Promise<vscode.WorkspaceEdit | undefined> {
  return edit === undefined ? undefined : await client.protocol2CodeConverter.asWorkspaceEdit(edit);
}
