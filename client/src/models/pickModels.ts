import * as vscode from "vscode";
import type { Parts } from "../parts.ts";

/** Lets the person choose several models: those that servers on this machine serve, and others by name. */
export async function pickModels({ endpoints }: Pick<Parts, "endpoints">): Promise<string[]> {
  const other: vscode.QuickPickItem = { label: vscode.l10n.t("Other names…"), alwaysShow: true };
  // Asking the servers takes a while, in which the list is there already, and says that it is busy.
  const items = servedItems(endpoints).then((served) => [...served, { ...other, picked: served.length === 0 }]);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("A copy for which models?"),
    canPickMany: true,
  });
  const names = (picked ?? []).map(({ label }) => label);
  const served = names.filter((name) => name !== other.label);
  return served.length < names.length ? [...new Set([...served, ...(await typeNames())])] : served;
}

/** Servers are asked only where programs may be started for this workspace. */
async function servedItems(endpoints: Parts["endpoints"]): Promise<vscode.QuickPickItem[]> {
  const servers = vscode.workspace.isTrusted ? await endpoints.find() : [];
  return servers.flatMap(({ url, models }) => models.map((label) => ({ label, description: url })));
}

async function typeNames(): Promise<string[]> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("A copy for which models?"),
    prompt: vscode.l10n.t("Names with commas between them."),
    placeHolder: "Qwen/Qwen3-8B, google/gemma-3-12b-it",
    ignoreFocusOut: true,
    validateInput: (text) => (namesIn(text).length === 0 ? vscode.l10n.t("A model needs a name.") : undefined),
  });
  return typed === undefined ? [] : namesIn(typed);
}

function namesIn(text: string): string[] {
  return [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "");
}
