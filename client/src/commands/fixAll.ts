import { editTrouble, nothingToMend } from "../files/editTrouble.ts";
import { fixFile } from "../files/fixFile.ts";
import { targetFile } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";
import { tell } from "../text/tell.ts";

/** Fix All: mends what can safely be mended in a batch file, open or not, of any size. */
export const command: Command = async (parts, [given]) => {
  const uri = await targetFile(parts, given);
  if (uri === undefined) return;
  const result = await fixFile(parts, uri);
  if (result === null || result === "done") return;
  const text = editTrouble(result, uri, nothingToMend(uri));
  tell(parts.log, result === "nothing" ? "information" : "warning", text);
};
