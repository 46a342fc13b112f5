import * as vscode from "vscode";
import type { Parts } from "../parts.ts";

/** Lets the person choose several models: those that servers on this machine serve, and others by name. */
export async function pickModels({ endpoints }: Pick<Parts, "endpoints">): Promise<string[]> {
  const servers = vscode.workspace.isTrusted ? await endpoints.find() : [];
  const served = servers.flatMap(({ url, models }) => models.map((label) => ({ label, description: url })));
  const chosen = served.length === 0 ? [] : await pickServed(served);
  return chosen === null ? [] : chosen.length > 0 ? chosen : await typeNames();
}

/** null when the person gives up; empty when they want to type names instead. */
async function pickServed(served: readonly vscode.QuickPickItem[]): Promise<string[] | null> {
  const other = { label: vscode.l10n.t("Other names…"), alwaysShow: true };
  const picked = await vscode.window.showQuickPick([...served, other], {
    title: vscode.l10n.t("A copy for which models?"),
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return null;
  const names = picked.filter((item) => item !== other).map(({ label }) => label);
  return picked.includes(other) ? [...names, ...(await typeNames())] : names;
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
