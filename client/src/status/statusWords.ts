/** What the language status says. */
import * as vscode from "vscode";
import type { FileKind } from "../../../server/src/protocol/fileKind.ts";
import type { FileState } from "../../../server/src/protocol/language.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { ServerHealth } from "../language/serverHealth.ts";
import { errors, requests, warnings } from "../text/counts.ts";

export type Status = Required<
  Pick<vscode.LanguageStatusItem, "text" | "detail" | "busy" | "severity" | "command" | "accessibilityInformation">
>;

const { Information, Warning, Error: Failure } = vscode.LanguageStatusSeverity;

export function fileStatus(
  uri: vscode.Uri,
  kind: FileKind,
  state: FileState | undefined,
  health: ServerHealth,
): Status {
  const logs = { title: vscode.l10n.t("Show Logs"), command: "vllmBatch.showLogs" };
  switch (health.kind) {
    case "failed":
      return status(vscode.l10n.t("The language server does not run"), Failure, {
        title: vscode.l10n.t("Start Again"),
        command: "vllmBatch.restartLanguageServer",
      });
    case "restarting":
      return status(vscode.l10n.t("The language server is started again"), Warning, logs, true);
    case "off":
    case "starting":
      return status(vscode.l10n.t("Starting…"), Information, logs, true);
    case "running":
      return kind === "results" ? resultStatus() : stateStatus(uri, state);
  }
}

function resultStatus(): Status {
  return status(vscode.l10n.t("Results of a batch"), Information, {
    title: vscode.l10n.t("Open Run"),
    command: "vllmBatch.openRun",
  });
}

function stateStatus(uri: vscode.Uri, state: FileState | undefined): Status {
  const run = { title: vscode.l10n.t("Run"), command: "vllmBatch.run", arguments: [uri] };
  if (state === undefined || state.busy) return status(vscode.l10n.t("Checking…"), Information, run, true);
  const { error, warning } = state.counts;
  const parts = [requests(state.requests)];
  if (error > 0) parts.push(errors(error));
  if (warning > 0) parts.push(warnings(warning));
  if (error + warning === 0) parts.push(vscode.l10n.t("no problems"));
  const problems = { title: vscode.l10n.t("Show All"), command: "vllmBatch.showAllProblems", arguments: [uri] };
  const detail = state.onDisk ? vscode.l10n.t("too large for the editor, checked on disk") : "";
  return { ...status(parts.join(" · "), Information, error + warning > 0 ? problems : run), ...spoken(parts, detail) };
}

/** What the eye gets from the detail, too; and no sign between the parts. */
function spoken(parts: readonly string[], detail: string): Pick<Status, "detail" | "accessibilityInformation"> {
  const said = detail === "" ? parts : [...parts, detail];
  return { detail, accessibilityInformation: { label: `vLLM Batch: ${said.join(", ")}` } };
}

export function endpointStatus(endpoint: Endpoint | null): Status {
  const change = { title: vscode.l10n.t("Change"), command: "vllmBatch.chooseEndpoint" };
  if (endpoint === null) {
    return status(vscode.l10n.t("Where to run is not chosen yet"), Information, {
      ...change,
      title: vscode.l10n.t("Choose"),
    });
  }
  return status(whereText(endpoint), Information, change);
}

function whereText(endpoint: Endpoint): string {
  switch (endpoint.kind) {
    case "server":
      return vscode.l10n.t("Runs on {0}", endpoint.url);
    case "simulator":
      return vscode.l10n.t("Runs on the simulator (no real answers)");
    case "profile":
      return endpoint.engine === "simulator"
        ? vscode.l10n.t("Starts the simulator for each run: {0}", endpoint.name)
        : vscode.l10n.t("Starts vLLM for each run: {0}", endpoint.name);
  }
}

function status(text: string, severity: vscode.LanguageStatusSeverity, command: vscode.Command, busy = false): Status {
  return { text, busy, severity, command, ...spoken([text], "") };
}
