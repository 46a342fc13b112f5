import type { TextDocument } from "vscode";

/**
 * Whether the disk holds what is shown. Saving fails without an error: on a conflict, which the person is asked about,
 * or a file that must not be written. The file on the disk is then another one than they mean.
 */
export async function saveDocument(document: Pick<TextDocument, "isDirty" | "save"> | undefined): Promise<boolean> {
  if (document?.isDirty !== true) return true;
  return (await document.save()) && !document.isDirty;
}
