/** What is said of where batches are run. */
import * as vscode from "vscode";
import { step, type NextStep } from "../text/tell.ts";
import type { AddressFault } from "./endpoint.ts";
import type { EndpointSetting } from "./endpointSetting.ts";

export function addressFaultText(fault: AddressFault): string {
  switch (fault) {
    case "noAddress":
      return vscode.l10n.t("An address looks like http://127.0.0.1:8000.");
    case "credentials":
      return vscode.l10n.t("An address holds no user and no password. A key is kept apart, by Set API Key.");
  }
}

/** What is wrong with the setting; null when nothing is. */
export function settingFaultText(setting: EndpointSetting): string | null {
  if (setting.kind !== "unusable") return null;
  const { fault, text } = setting;
  const what =
    fault === "credentials"
      ? // Its text holds a secret.
        vscode.l10n.t("The address in the setting vllmBatch.endpoint cannot be used.")
      : vscode.l10n.t("The setting vllmBatch.endpoint says {0}, which is no address.", text);
  return `${what} ${addressFaultText(fault)}`;
}

export function openEndpointSetting(): NextStep {
  return step(vscode.l10n.t("Open Settings"), "workbench.action.openSettings", "vllmBatch.endpoint");
}
