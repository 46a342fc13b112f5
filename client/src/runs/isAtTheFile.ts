/** What VS Code tells an extension of where a person is. */
export interface Whereabouts {
  /** Address of the file in the active editor, which stays the active one while the focus is in another place. */
  activeEditor: string | null;
  /** What is in it was changed and not saved. */
  isDirty: boolean;
  /** Terminals of the window. */
  terminals: number;
}

/**
 * Whether it is all but sure that the focus is in the editor of a file, and nobody types there. The focus itself is told
 * to no extension. Pure.
 */
export function isAtTheFile({ activeEditor, isDirty, terminals }: Whereabouts, file: string): boolean {
  return activeEditor === file && !isDirty && terminals === 0;
}
