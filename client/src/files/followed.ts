/** Which texts the language server follows as they are typed. Pure. */
import type { TextDocument, Uri } from "vscode";

const LANGUAGE = "jsonl";
/** A file of a repository's history or of another machine is nothing that a batch could be made of. */
const schemes: readonly string[] = ["file", "untitled"];

/** Of a file that is open as another language, it knows only what lies on the disk. */
export const followed = schemes.map((scheme) => ({ scheme, language: LANGUAGE }));

export function hasPlace({ scheme }: Pick<Uri, "scheme">): boolean {
  return schemes.includes(scheme);
}

export function isFollowed({
  uri,
  languageId,
}: Pick<TextDocument, "languageId"> & { uri: Pick<Uri, "scheme"> }): boolean {
  return languageId === LANGUAGE && hasPlace(uri);
}
