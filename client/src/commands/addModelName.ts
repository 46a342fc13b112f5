import * as vscode from "vscode";
import { isObject } from "../../../server/src/util/unknown.ts";
import { pickModel } from "../models/pickModel.ts";
import type { Command } from "../parts.ts";
import { changeSetting } from "../text/changeSetting.ts";
import { step, tell } from "../text/tell.ts";

/** Adds a name to the user's own: called by the language server with the file and the name as it stands there. */
export const command: Command = async (parts, [, name]) => {
  if (typeof name !== "string") return;
  const model = await pickModel(parts, name, vscode.l10n.t("Which model do you mean by {0}?", name));
  if (model === undefined) return;
  await changeSetting("modelNames", (old) => ({ ...(isObject(old) ? old : {}), [name]: model }));
  const open = step(vscode.l10n.t("Open Settings"), "workbench.action.openSettings", "vllmBatch.modelNames");
  tell(parts.log, "information", vscode.l10n.t("{0} now means {1}. Fix All changes it in a file.", name, model), open);
};
