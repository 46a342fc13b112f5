/** What is said of profiles by which an engine is started. */
import * as vscode from "vscode";
import type { ProfileEndpoint } from "./endpoint.ts";
import type { EngineProfile } from "./engineProfile.ts";

/** `Start vLLM here: desktop`. That it is simulated is never left out. */
export function startText({ name, engine }: ProfileEndpoint): string {
  return engine === "simulator"
    ? vscode.l10n.t("Start the simulator here: {0}", name)
    : vscode.l10n.t("Start vLLM here: {0}", name);
}

/** What it is good for, or whose it is. */
export function profileText({ endpoint, origin }: EngineProfile): string {
  switch (origin) {
    case "builtIn":
      return builtInText(endpoint.name);
    case "user":
      return vscode.l10n.t("your own");
    case "workspace":
      return vscode.workspace.asRelativePath(endpoint.path ?? "");
  }
}

/** Empty for one that has come since. */
function builtInText(name: string): string {
  switch (name) {
    case "desktop":
      return vscode.l10n.t("70 % of a GPU that also draws your desktop");
    case "throughput":
      return vscode.l10n.t("92 % of a GPU that has nothing else to do");
    case "conservative":
      return vscode.l10n.t("when it must not fail: half of a GPU, 8 requests");
    case "multi-gpu":
      return vscode.l10n.t("one model over all GPUs of this machine");
    case "cpu":
      return vscode.l10n.t("vLLM's CPU build: small models, to try things out");
    case "simulator":
      return vscode.l10n.t("no real answers, but starts and fails as vLLM does");
    default:
      return "";
  }
}
