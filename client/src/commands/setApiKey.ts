import * as vscode from "vscode";
import { openEndpointSetting, settingFaultText } from "../endpoints/endpointWords.ts";
import { askForKey } from "../endpoints/pickEndpoint.ts";
import type { Command } from "../parts.ts";
import { isTrusted } from "../runs/trust.ts";
import { tell } from "../text/tell.ts";

/** Set API Key: of the server that batches are run on; an empty one is forgotten. */
export const command: Command = async ({ endpoints, log }) => {
  if (!isTrusted(log)) return;
  const { current } = endpoints;
  const fault = settingFaultText(endpoints.setting);
  if (fault !== null) tell(log, "error", fault, openEndpointSetting());
  else if (current?.kind === "server") await askForKey(endpoints, current.url);
  else void vscode.window.showInformationMessage(vscode.l10n.t("A key belongs to a server. Choose one first."));
};
