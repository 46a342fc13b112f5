/** Answers as editors understand them that know less of the protocol than VS Code does. */
import {
  InsertTextFormat,
  TextDocumentEdit,
  type CompletionItem,
  type DocumentSymbol,
  type SymbolInformation,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";

/** The same edit, without the version of the text that it is for. */
export function unversioned({ documentChanges = [] }: WorkspaceEdit): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const change of documentChanges) {
    // We make no others.
    if (TextDocumentEdit.is(change)) changes[change.textDocument.uri] = change.edits.filter(isTextEdit);
  }
  return { changes };
}

function isTextEdit(edit: TextDocumentEdit["edits"][number]): edit is TextEdit {
  return "newText" in edit;
}

/** The same completion, with nothing left to be filled in. */
export function withoutSnippet({ insertTextFormat, textEdit, ...item }: CompletionItem): CompletionItem {
  if (textEdit === undefined) return item;
  const isSnippet = insertTextFormat === InsertTextFormat.Snippet;
  return { ...item, textEdit: { ...textEdit, newText: isSnippet ? filledIn(textEdit.newText) : textEdit.newText } };
}

/** A snippet's text (LSP 3.17, Snippet Syntax): each place to fill in becomes what stands there at first. */
function filledIn(snippet: string): string {
  const unescaped = (text: string) => text.replace(/\\([$}\\])/g, "$1");
  return snippet.replace(
    /\\[$}\\]|\$\d+|\$\{\d+:((?:\\.|[^}\\])*)\}/g,
    (found: string, placeholder: string | undefined) =>
      found.startsWith("\\") ? unescaped(found) : unescaped(placeholder ?? ""),
  );
}

/** The same symbols as a flat list. */
export function flatSymbols(symbols: readonly DocumentSymbol[], uri: string): SymbolInformation[] {
  return symbols.map(({ name, kind, range }) => ({ name, kind, location: { uri, range } }));
}
