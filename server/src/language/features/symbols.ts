import { SymbolKind, type DocumentSymbol } from "vscode-languageserver";
import { lineOf } from "../document/documentLedger.ts";
import type { OpenFile } from "../openFile.ts";

/** More than these no outline is of use, and editors get slow. */
const MAX_SYMBOLS = 10_000;
/** An id that a model made can be long. */
const SHOWN_CHARACTERS = 200;
const NO_NAME = "(empty custom_id)";

/** The requests of a batch file, or the answers of a result file, by their ids. */
export function symbolsOf(file: OpenFile): DocumentSymbol[] {
  const symbols: DocumentSymbol[] = [];
  for (const { name, detail, line } of entriesOf(file)) {
    if (symbols.length >= MAX_SYMBOLS) break;
    const whole = { start: { line, character: 0 }, end: { line, character: file.lines[line]?.length ?? 0 } };
    symbols.push({
      // VS Code throws away the whole outline for one symbol without a name.
      name: name === "" ? NO_NAME : name.slice(0, SHOWN_CHARACTERS),
      detail,
      kind: SymbolKind.Object,
      range: whole,
      selectionRange: whole,
    });
  }
  return symbols;
}

interface Entry {
  name: string;
  detail: string;
  line: number;
}

function* entriesOf(file: OpenFile): Generator<Entry> {
  if (file.checked !== null) {
    for (const { requests } of file.checked.document.units) {
      for (const request of requests) {
        const { customId, model, url } = request;
        if (customId !== null) yield { name: customId, detail: model ?? url ?? "", line: lineOf(request) };
      }
    }
  } else if (file.kind === "results") {
    for (const [line, text] of file.lines.entries()) {
      const name = resultIdIn(text);
      if (name !== null) yield { name, detail: /"error"\s*:\s*\{/.test(text) ? "failed" : "", line };
    }
  }
}

/** The custom_id of a line of results: it stands near the beginning, before the answer. */
export function resultIdIn(line: string): string | null {
  const match = /"custom_id"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(line.slice(0, 2000));
  if (match?.[1] === undefined) return null;
  try {
    return String(JSON.parse(match[1]));
  } catch {
    // An escape that JSON does not have: such a line has no id that could be shown.
    return null;
  }
}
