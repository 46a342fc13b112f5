import { activeBatchFile } from "../files/activeBatchFile.ts";
import { asUri } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";

/** Clear Run Problems: takes back the failed requests shown on the lines of a file, or of all when none is in view. */
export const command: Command = async ({ files, runProblems }, [given]) => {
  const asked = asUri(given) ?? activeBatchFile(files);
  const uris = asked === null ? runProblems.files : [asked];
  for (const uri of uris) await runProblems.clear(uri);
};
