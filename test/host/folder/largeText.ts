// Texts near the size at which VS Code stops to show them to extensions: 45 MB in 100,000 lines.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { waitFor } from "../../../scripts/waitFor.ts";
import { codesOf, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

const LINES = 100_000;

/** Every line is a request to this url, on this model. */
function largeText(url: string, model: string): string {
  const filler = "x".repeat(290);
  const line = (index: number) =>
    `{"custom_id": "r-${index}", "method": "POST", "url": "${url}", ` +
    `"body": {"model": "${model}", "messages": [{"role": "user", "content": "${filler} ${index}"}]}}\n`;
  return Array.from({ length: LINES }, (_, index) => line(index)).join("");
}

async function insert(uri: vscode.Uri, line: number, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(line, 0), text);
  await vscode.workspace.applyEdit(edit);
}

hostTest(
  "200,000 problems are summed up, typing goes on, and all of them are mended in one step",
  async () => {
    // In each line a name of Ollama's, and a url without its slash.
    const uri = await writeInFolder("many.jsonl", largeText("v1/chat/completions", "llama3.1:8b"));
    const document = await open(uri);
    const shown = () => vscode.languages.getDiagnostics(uri);
    await waitFor("the problems", () => codesOf(uri).includes("file.moreProblems"), { timeoutMs: 60_000 });
    assert.equal(shown().length, 1_001);
    assert.ok(shown().some(({ message }) => message.includes("There are 200,000 problems")));
    // Errors come before warnings, and an edit in the middle of it all is followed.
    await insert(uri, 0, "{\n");
    await waitFor("the problem of the new line", () => codesOf(uri).includes("json.unexpectedEnd"));
    await vscode.commands.executeCommand("undo");
    await vscode.commands.executeCommand("vllmBatch.fixAll", uri);
    await document.save();
    await waitFor("no problems", () => codesOf(uri).length === 0, { timeoutMs: 60_000 });
    const saved = await readFile(uri.fsPath, "utf8");
    assert.equal(saved.split('"/v1/chat/completions"').length, LINES + 1);
    assert.equal(saved.split('"meta-llama/Llama-3.1-8B-Instruct"').length, LINES + 1);
  },
  170_000,
);

hostTest(
  "a text that is edited while it is read is told as it is in the end",
  async () => {
    const uri = await writeInFolder("edited.jsonl", largeText("/v1/chat/completions", "tiny"));
    await open(uri);
    // Not waited for: the server has a second of reading before it.
    for (const line of [LINES, LINES / 2, 0]) await insert(uri, line, "{broken\n");
    const linesOf = () => new Set(vscode.languages.getDiagnostics(uri).map(({ range }) => range.start.line));
    const wanted = [0, LINES / 2 + 1, LINES + 2];
    const isAsWanted = () => JSON.stringify([...linesOf()].toSorted((a, b) => a - b)) === JSON.stringify(wanted);
    await waitFor("the problems", isAsWanted, { timeoutMs: 60_000 });
    for (let undone = 0; undone < wanted.length; undone += 1) await vscode.commands.executeCommand("undo");
    await waitForCodes(uri);
  },
  120_000,
);
