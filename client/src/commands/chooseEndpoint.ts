import * as vscode from "vscode";
import { pickEndpoint } from "../endpoints/pickEndpoint.ts";
import type { Command } from "../parts.ts";
import { isTrusted } from "../runs/trust.ts";
import { step, tell } from "../text/tell.ts";

/** Choose Endpoint: where batches of this workspace are run from now on. */
export const command: Command = async ({ endpoints, log }) => {
  if (!isTrusted(log)) return;
  const chosen = await pickEndpoint(endpoints, log);
  if (chosen?.kind === "server" && endpoints.current?.kind === "server" && endpoints.current.url !== chosen.url) {
    const text = vscode.l10n.t("The setting vllmBatch.endpoint says {0}, and wins.", endpoints.current.url);
    tell(
      log,
      "warning",
      text,
      step(vscode.l10n.t("Open Settings"), "workbench.action.openSettings", "vllmBatch.endpoint"),
    );
  }
};
