import * as vscode from "vscode";
import type { Endpoint } from "../endpoints/endpoint.ts";
import { isLoopback, isSameServer } from "../endpoints/serverAddress.ts";
import type { Parts } from "../parts.ts";

/**
 * The model to run all requests on, where the server on this machine serves none of those in the file and the person
 * wants one that it does serve; null: as the file says. undefined when they give up.
 */
export async function modelChoice(
  { endpoints, states }: Pick<Parts, "endpoints" | "states">,
  input: vscode.Uri,
  endpoint: Endpoint,
): Promise<string | null | undefined> {
  // What other machines serve is asked by the run itself.
  if (endpoint.kind !== "server" || !isLoopback(endpoint.url)) return null;
  const wanted = states.of(input)?.models.map(({ name }) => name) ?? [];
  const served = (await endpoints.find()).find(({ url }) => isSameServer(url, endpoint.url))?.models ?? [];
  if (served.length === 0 || wanted.length === 0 || wanted.some((name) => served.includes(name))) return null;
  const picked = await vscode.window.showQuickPick(
    served.map((model) => ({ label: model, description: vscode.l10n.t("for all requests of this run") })),
    {
      title: vscode.l10n.t("The server does not serve {0}. Run on which of its models?", wanted.slice(0, 3).join(", ")),
      placeHolder: vscode.l10n.t("The file stays as it is"),
    },
  );
  return picked?.label;
}
