/** Edits that are made elsewhere, while the text may go on. Pure. */
import type { TextDocument } from "vscode";

/** changed: the text did meanwhile, so that the edit is of one that is gone. */
export type CurrentEdit<Edit> = { kind: "edit"; edit: Edit } | { kind: "nothing" } | { kind: "changed" };

/** @param make resolves to undefined where there is nothing to edit */
export async function currentEdit<Edit>(
  document: Pick<TextDocument, "version" | "isClosed">,
  make: () => Promise<Edit | undefined>,
): Promise<CurrentEdit<Edit>> {
  const { version } = document;
  const edit = await make();
  // Also that there is nothing to edit was said of the text as it was.
  if (document.isClosed || document.version !== version) return { kind: "changed" };
  return edit === undefined ? { kind: "nothing" } : { kind: "edit", edit };
}

export type EditResult = "done" | "nothing" | "changed" | "refused";

/** @param apply whether the editor took the edit: it does not where a file must not be written */
export async function appliedEdit<Edit>(
  found: CurrentEdit<Edit>,
  apply: (edit: Edit) => Thenable<boolean>,
): Promise<EditResult> {
  if (found.kind !== "edit") return found.kind;
  return (await apply(found.edit)) ? "done" : "refused";
}
