import { checkedState } from "../files/checkedState.ts";
import { targetFile } from "../files/targetFile.ts";
import { verdictText } from "../files/verdictText.ts";
import type { Command } from "../parts.ts";
import { showProblems } from "../runs/prepareFile.ts";
import { tell } from "../text/tell.ts";
import * as vscode from "vscode";

/** Validate File: says what is wrong with a batch file, open or not, of any size. */
export const command: Command = async (parts, [given]) => {
  const uri = await targetFile(parts, given);
  if (uri === undefined) return;
  const state = await checkedState(parts, uri);
  const { error, warning, info } = state.counts;
  const severity = error > 0 ? "warning" : "information";
  const show = { label: vscode.l10n.t("Show Problems"), take: () => showProblems(uri) };
  tell(parts.log, severity, verdictText(uri, state), ...(error + warning + info > 0 ? [show] : []));
};
