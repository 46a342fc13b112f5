import * as vscode from "vscode";
import type { Command } from "../parts.ts";
import { changeSetting } from "../text/changeSetting.ts";
import { step, tell } from "../text/tell.ts";

/** Ignores a rule in this workspace: called by the language server with the problem's code. */
export const command: Command = async ({ log }, [code]) => {
  if (typeof code !== "string") return;
  await changeSetting("validation.ignoredRules", (old) => {
    const codes = Array.isArray(old) ? old.filter((one) => typeof one === "string") : [];
    return codes.includes(code) ? codes : [...codes, code];
  });
  const open = step(
    vscode.l10n.t("Open Settings"),
    "workbench.action.openSettings",
    "vllmBatch.validation.ignoredRules",
  );
  tell(log, "information", vscode.l10n.t("Problems {0} are not told any more.", code), open);
};
