import * as vscode from "vscode";
import type { FileState } from "../../../server/src/protocol/language.ts";
import { errors, requests as requestsText, warnings } from "../text/counts.ts";
import { grouped } from "../text/figures.ts";
import { shownName } from "./batchFiles.ts";

/** What was found in a file, in a sentence. */
export function verdictText(uri: vscode.Uri, { requests, invalid, counts }: FileState): string {
  const name = shownName(uri);
  const all = requestsText(requests);
  if (counts.error + counts.warning + counts.info === 0) return vscode.l10n.t("{0}: {1}, no problems.", name, all);
  const good = grouped(requests - invalid, vscode.env.language);
  const found = [errors(counts.error), warnings(counts.warning)] as const;
  return vscode.l10n.t("{0}: {1}, {2}. {3} of {4} can be sent.", name, ...found, good, all);
}
