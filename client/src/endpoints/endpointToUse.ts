import type * as vscode from "vscode";
import { workingFolder } from "../files/workingFolder.ts";
import type { Parts } from "../parts.ts";
import { tell } from "../text/tell.ts";
import type { Endpoint } from "./endpoint.ts";
import { openEndpointSetting, settingFaultText } from "./endpointWords.ts";
import { pickEndpoint } from "./pickEndpoint.ts";

/**
 * Where to run: as the settings say or as was chosen, else as the person chooses now. undefined when they give up, or
 * when the setting cannot be used, which is said: what was chosen before is not what they want now.
 */
export async function endpointToUse(
  { endpoints, log }: Pick<Parts, "endpoints" | "log">,
  input: vscode.Uri,
): Promise<Endpoint | undefined> {
  const fault = settingFaultText(endpoints.setting);
  if (fault === null) return endpoints.current ?? (await pickEndpoint(endpoints, log, workingFolder(input)));
  tell(log, "error", fault, openEndpointSetting());
  return undefined;
}
