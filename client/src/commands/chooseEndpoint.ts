import * as vscode from "vscode";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { EndpointSetting } from "../endpoints/endpointSetting.ts";
import { openEndpointSetting, settingFaultText } from "../endpoints/endpointWords.ts";
import { pickEndpoint } from "../endpoints/pickEndpoint.ts";
import { isSameEndpoint } from "../endpoints/serverAddress.ts";
import { activeBatchFile } from "../files/activeBatchFile.ts";
import { workingFolder } from "../files/workingFolder.ts";
import type { Command } from "../parts.ts";
import { isTrusted } from "../runs/trust.ts";
import { tell } from "../text/tell.ts";

/** Choose Endpoint: where batches of this workspace are run from now on. */
export const command: Command = async ({ endpoints, files, log }) => {
  if (!isTrusted(log)) return;
  const chosen = await pickEndpoint(endpoints, log, workingFolder(activeBatchFile(files)));
  if (chosen === undefined) return;
  const text = settingFaultText(endpoints.setting) ?? contradiction(chosen, endpoints.setting);
  if (text !== null) tell(log, "warning", text, openEndpointSetting());
};

/** The setting wins, also over the simulator, whose answers cost nothing: who has chosen that must know. */
function contradiction(chosen: Endpoint, setting: EndpointSetting): string | null {
  if (setting.kind !== "set" || isSameEndpoint(chosen, { kind: "server", url: setting.url })) return null;
  return vscode.l10n.t("The setting vllmBatch.endpoint says {0}, and wins.", setting.url);
}
