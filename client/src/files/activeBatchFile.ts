import type { Uri } from "vscode";
import { activeFile } from "./activeFile.ts";
import type { BatchFiles } from "./batchFiles.ts";

/** The batch file that the person looks at; null when it is something else. */
export function activeBatchFile(files: BatchFiles): Uri | null {
  const uri = activeFile();
  return uri !== undefined && files.kindOf(uri) === "batch" ? uri : null;
}
