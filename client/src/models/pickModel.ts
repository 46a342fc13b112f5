import * as vscode from "vscode";
import type { Parts } from "../parts.ts";
import { parseCandidates } from "./modelAdvice.ts";

/**
 * Lets the person choose a model in place of a name: what the name probably means, what servers on this machine serve,
 * or any other that they type. undefined when they give up.
 */
export async function pickModel(
  { cli, endpoints }: Pick<Parts, "cli" | "endpoints">,
  name: string,
  title: string,
): Promise<string | undefined> {
  const other: vscode.QuickPickItem = { label: vscode.l10n.t("Another name…"), alwaysShow: true };
  // Asking the servers takes a while, in which the list is there already, and says that it is busy.
  const items = choices(cli, endpoints, name).then((found) => [...found, other]);
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen !== other) return chosen?.label;
  const typed = await vscode.window.showInputBox({
    title,
    placeHolder: "Qwen/Qwen3-8B",
    prompt: vscode.l10n.t("A Hugging Face id, or a name that your server serves."),
    validateInput: (text) => (text.trim() === "" ? vscode.l10n.t("A model needs a name.") : undefined),
  });
  return typed?.trim();
}

async function choices(
  cli: Parts["cli"],
  endpoints: Parts["endpoints"],
  name: string,
): Promise<vscode.QuickPickItem[]> {
  // Servers are asked only where programs may be started for this workspace.
  const asking = vscode.workspace.isTrusted ? endpoints.find() : Promise.resolve([]);
  const [{ stdout }, servers] = await Promise.all([cli.run({ args: ["models", "--json", "--", name] }), asking]);
  const served = servers.flatMap(({ url, models }) =>
    models.map((label) => ({ label, description: vscode.l10n.t("served by {0}", url) })),
  );
  const likely = parseCandidates(stdout).map((label) => ({ label, description: vscode.l10n.t("on Hugging Face") }));
  const all = new Map([...likely, ...served].map((item) => [item.label, item]));
  all.delete(name);
  return [...all.values()];
}
