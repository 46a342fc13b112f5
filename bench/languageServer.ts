import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { CodeAction, TextDocumentEdit, TextEdit } from "vscode-languageserver";
import { seededRandom } from "../server/src/util/seededRandom.ts";
import { result, type Bench, type BenchResult } from "./bench.ts";
import { BareEditor } from "./support/bareEditor.ts";
import { clockMs } from "./support/clock.ts";
import { watchMemory } from "./support/memory.ts";
import { asMessage, RawEditor } from "./support/rawEditor.ts";
import { withFolder } from "./support/withFolder.ts";

const EDITS = 1_000;
const PUBLISHED = '"method":"textDocument/publishDiagnostics"';
/** Told when all is read, since there are more problems than are shown. */
const MORE_PROBLEMS = "file.moreProblems";
const uri = "file:///bench/batch.jsonl";

/** What a person with a large file open waits for. */
export function languageServer(scale: number): Bench {
  const lines = Math.round(100_000 * scale);
  return {
    name: "language-server",
    about: `The language server with a document of ${lines} lines, ${Math.round((lines * 450) / 1e6)} MB: from what an editor sends to what it gets.`,
    async run(log) {
      const text = makeText(lines);
      return [...(await measureTyping(text, lines, log)), await measureReplaceAll(text)];
    },
  };
}

async function measureTyping(text: string, lines: number, log: (line: string) => void): Promise<BenchResult[]> {
  const editor = new RawEditor();
  const memory = watchMemory(editor.child.pid ?? 0);
  try {
    await editor.initialize();
    const found = [...(await measureOpening(editor, text)), await measureEdits(editor, lines, log)];
    await editor.leave();
    const bar = { comparison: "<=", value: 300 } as const;
    const detail = "the kernel's own peak (VmHWM), after the opening and the edits";
    return [...found, result("Language server: peak memory", (await memory).peakBytes / 1e6, "MB", bar, detail)];
  } finally {
    editor.kill();
  }
}

/** About 450 bytes a line, every name one of Ollama's. */
function makeText(lines: number): string {
  const filler = "the customer asks for a refund of the late delivery and names the order number ".repeat(3);
  const all = Array.from({ length: lines }, (_, index) =>
    JSON.stringify({
      custom_id: `request-${index}`,
      method: "POST",
      url: "/v1/chat/completions",
      body: {
        model: "llama3.1:8b",
        messages: [{ role: "user", content: `${filler}${index}` }],
        max_completion_tokens: 100,
      },
    }),
  );
  return all.join("\n");
}

async function measureOpening(editor: RawEditor, text: string): Promise<BenchResult[]> {
  const textDocument = { uri, languageId: "jsonl", version: 1, text };
  const message = asMessage({ method: "textDocument/didOpen", params: { textDocument } });
  const told = [editor.arrival(PUBLISHED), editor.arrival(MORE_PROBLEMS)] as const;
  const sentMs = editor.send(message);
  const [first, all] = (await Promise.all(told)).map((arrivedMs) => (arrivedMs - sentMs) / 1000);
  const opening = `from the first byte sent of ${Math.round(message.length / 1e6)} MB`;
  const bar = { comparison: "<=", value: 1 } as const;
  return [
    result("Language server: first problems", first ?? NaN, "s", bar, `${opening} to those of what was read by then`),
    result("Language server: all problems", all ?? NaN, "s", null, `${opening} to the sum of all`),
  ];
}

/** Characters typed at random places, some of them line ends, one after the other. */
async function measureEdits(editor: RawEditor, lines: number, log: (line: string) => void): Promise<BenchResult> {
  const random = seededRandom(1);
  const timesMs: number[] = [];
  for (let version = 2; version < EDITS + 2; version += 1) {
    const at = { line: Math.floor(random() * lines), character: Math.floor(random() * 300) };
    const change = { range: { start: at, end: at }, text: random() < 0.1 ? "\n" : "x" };
    const params = { textDocument: { uri, version }, contentChanges: [change] };
    const told = editor.arrival(PUBLISHED);
    const sentMs = editor.send(asMessage({ method: "textDocument/didChange", params }));
    timesMs.push((await told) - sentMs);
  }
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  log(`edits: median ${at(0.5).toFixed(1)} ms, p95 ${at(0.95).toFixed(1)} ms, longest ${at(1).toFixed(1)} ms`);
  const detail = `p95 of ${EDITS} edits at random places, each from the editor's message to the last byte of the problems sent back (1,000 of them); median ${at(0.5).toFixed(1)} ms`;
  return result("Language server: edit to problems", at(0.95), "ms", { comparison: "<=", value: 16 }, detail);
}

/** As an editor does it: asks for the fix of all, makes the edits in its text, saves. */
async function measureReplaceAll(text: string): Promise<BenchResult> {
  const editor = new BareEditor();
  try {
    const codeAction = { resolveSupport: { properties: ["edit"] } };
    const workspaceEdit = { documentChanges: true };
    await editor.initialize({ capabilities: { textDocument: { codeAction }, workspace: { workspaceEdit } } });
    await editor.open(uri, text);
    await editor.diagnostics(uri, 1, MORE_PROBLEMS);
    return await withFolder((folder) => replaceAll(editor, text, path.join(folder, "names.jsonl")));
  } finally {
    editor.kill();
  }
}

async function replaceAll(editor: BareEditor, text: string, file: string): Promise<BenchResult> {
  const startedMs = clockMs();
  const nowhere = { line: 0, character: 0 };
  const [action] = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: { start: nowhere, end: nowhere },
    context: { diagnostics: [], only: ["source.fixAll"] },
  });
  const { edit } = await editor.connection.sendRequest<CodeAction>("codeAction/resolve", action);
  const edits = edit?.documentChanges?.flatMap((change) => (change as TextDocumentEdit).edits as TextEdit[]) ?? [];
  await writeFile(file, withEdits(text, edits));
  const seconds = (clockMs() - startedMs) / 1000;
  const detail = `${edits.length} edits, from the wish to the file written by a bare editor`;
  return result("Language server: replace all names", seconds, "s", { comparison: "<=", value: 3 }, detail);
}

/** Edits within single lines, in the order of the text. */
function withEdits(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split("\n");
  for (const { range, newText } of edits) {
    const line = lines[range.start.line] ?? "";
    lines[range.start.line] = line.slice(0, range.start.character) + newText + line.slice(range.end.character);
  }
  return lines.join("\n");
}
