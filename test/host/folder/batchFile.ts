import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { request, requests } from "../../support/extension/requests.ts";
import { inFolder, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";
import { waitFor } from "../../../scripts/waitFor.ts";

const broken = `${request(1).replace("/v1/", "v1/")}\n${request(2, "llama3.1:8b")}\n`;
const brokenCodes = ["url.missingSlash", "model.ollama", "file.mixedModels"];

/** So that what is told of the text has come for sure when the problem of this line has. */
async function breakLine(uri: vscode.Uri): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(2, 0), "{\n");
  await vscode.workspace.applyEdit(edit);
}

hostTest("problems come as the file is opened and edited, and go when it is closed", async () => {
  const uri = await writeInFolder("problems.jsonl", requests(2));
  const document = await open(uri);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(uri, new vscode.Position(2, 0), broken.split("\n")[0] ?? "");
  await vscode.workspace.applyEdit(edit);
  await waitForCodes(uri, "url.missingSlash", "customId.duplicate");
  await vscode.commands.executeCommand("undo");
  await waitForCodes(uri);
  assert.equal(document.isDirty, false);
});

hostTest("a problem has its page", async () => {
  const uri = await writeInFolder("page.jsonl", broken);
  await open(uri);
  await waitForCodes(uri, ...brokenCodes);
  for (const { code } of vscode.languages.getDiagnostics(uri)) {
    if (typeof code !== "object") throw new Error(`${String(code)} has no page.`);
    assert.match(await readFile(code.target.fsPath, "utf8"), new RegExp(`# ${String(code.value)}`));
  }
});

hostTest("an untitled text becomes a batch file as it is written", async () => {
  const document = await vscode.workspace.openTextDocument({ language: "jsonl", content: "" });
  await vscode.window.showTextDocument(document);
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, new vscode.Position(0, 0), broken);
  await vscode.workspace.applyEdit(edit);
  await waitForCodes(document.uri, ...brokenCodes);
});

hostTest("Fix All mends what is safe, in one step", async () => {
  const uri = await writeInFolder("fixAll.jsonl", broken);
  const document = await open(uri);
  await waitForCodes(uri, ...brokenCodes);
  await vscode.commands.executeCommand("vllmBatch.fixAll", uri);
  await waitForCodes(uri, "file.mixedModels");
  assert.match(document.getText(), /"url":"\/v1\/chat.*\n.*meta-llama\/Llama-3\.1-8B-Instruct/);
  await vscode.commands.executeCommand("undo");
  assert.equal(document.getText(), broken);
});

hostTest("a file is mended as it is saved, where that is set", async () => {
  const settings = vscode.workspace.getConfiguration("editor", { languageId: "jsonl" });
  const uri = await writeInFolder("onSave.jsonl", broken);
  await settings.update("codeActionsOnSave", { "source.fixAll.vllmBatch": "always" }, true, true);
  try {
    const document = await open(uri);
    await waitForCodes(uri, ...brokenCodes);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(2, 0), "\n");
    await vscode.workspace.applyEdit(edit);
    await document.save();
    const saved = await readFile(uri.fsPath, "utf8");
    assert.ok(saved.includes('"/v1/chat/completions","body":{"model":"tiny"') && !saved.includes("llama3.1:8b"), saved);
  } finally {
    await settings.update("codeActionsOnSave", undefined, true, true);
  }
});

hostTest("a rule that is ignored is told no more, in the whole workspace", async () => {
  const uri = await writeInFolder("ignored.jsonl", broken);
  await open(uri);
  await waitForCodes(uri, ...brokenCodes);
  await vscode.commands.executeCommand("vllmBatch.ignoreRule", "model.ollama");
  try {
    await waitForCodes(uri, "url.missingSlash", "file.mixedModels");
    const settings = vscode.workspace.getConfiguration("vllmBatch");
    assert.deepEqual(settings.inspect("validation.ignoredRules")?.workspaceValue, ["model.ollama"]);
  } finally {
    await vscode.workspace.getConfiguration("vllmBatch").update("validation.ignoredRules", undefined);
  }
  await waitForCodes(uri, ...brokenCodes);
});

hostTest("a request can be taken out of the file", async () => {
  const uri = await writeInFolder("exclude.jsonl", requests(3));
  const document = await open(uri);
  await vscode.commands.executeCommand("vllmBatch.excludeRequest", uri.toString(), "", "r-2");
  assert.equal(document.getText(), `${request(1)}\n${request(3)}\n`);
});

hostTest("all problems are listed in a text", async () => {
  const uri = await writeInFolder("all.jsonl", broken);
  await open(uri);
  await waitForCodes(uri, ...brokenCodes);
  await vscode.commands.executeCommand("vllmBatch.showAllProblems", uri);
  const text = vscode.window.activeTextEditor?.document;
  assert.equal(text?.uri.scheme, "vllm-batch");
  for (const code of brokenCodes) assert.ok(text.getText().includes(code), `${code} in ${text.getText()}`);
});

hostTest("all batch files of the workspace are checked, open or not", async () => {
  const uri = await writeInFolder("closed.jsonl", broken);
  await writeInFolder("notOurs.jsonl", '{"text": "a",}\n');
  await vscode.commands.executeCommand("vllmBatch.validateWorkspace");
  await waitForCodes(uri, ...brokenCodes);
  assert.deepEqual(vscode.languages.getDiagnostics(vscode.Uri.file(inFolder("notOurs.jsonl"))), []);
  // Opened, its text is what counts: no problem is told twice.
  await open(uri);
  await breakLine(uri);
  await waitForCodes(uri, ...brokenCodes, "json.unexpectedEnd");
});

hostTest("what was found on disk goes when the text is opened and closed, or the file is deleted", async () => {
  const [closed, gone] = [await writeInFolder("wasOpen.jsonl", broken), await writeInFolder("gone.jsonl", broken)];
  await vscode.commands.executeCommand("vllmBatch.validateWorkspace");
  await waitForCodes(closed, ...brokenCodes);
  await waitForCodes(gone, ...brokenCodes);
  await open(closed);
  await vscode.commands.executeCommand("vllmBatch.fixAll", closed);
  await waitForCodes(closed, "file.mixedModels");
  await vscode.workspace.save(closed);
  await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  await waitForCodes(closed);
  await vscode.workspace.fs.delete(gone);
  await waitForCodes(gone);
});

hostTest("what was found on disk is checked again after a change there, of settings, and of the server", async () => {
  const uri = await writeInFolder("changes.jsonl", broken);
  await vscode.commands.executeCommand("vllmBatch.validateFile", uri);
  await waitForCodes(uri, ...brokenCodes);
  await vscode.commands.executeCommand("vllmBatch.ignoreRule", "model.ollama");
  try {
    await waitForCodes(uri, "url.missingSlash", "file.mixedModels");
  } finally {
    await vscode.workspace.getConfiguration("vllmBatch").update("validation.ignoredRules", undefined);
  }
  await waitForCodes(uri, ...brokenCodes);
  // It takes with it what it has told.
  await vscode.commands.executeCommand("vllmBatch.restartLanguageServer");
  await waitForCodes(uri, ...brokenCodes);
  await writeInFolder("changes.jsonl", requests(2));
  await waitForCodes(uri);
});

hostTest("a file that is open as another language is the disk's", async () => {
  const uri = await writeInFolder("asJson.jsonl", broken);
  const document = await vscode.languages.setTextDocumentLanguage(await open(uri), "json");
  await vscode.commands.executeCommand("vllmBatch.validateFile", uri);
  // Beside what VS Code itself says of it as JSON.
  const ours = () =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source }) => source === "vLLM Batch")
      .map(({ code }) => String(typeof code === "object" ? code.value : code));
  await waitFor("its problems", () => ours().toSorted().join() === brokenCodes.toSorted().join());
  await vscode.languages.setTextDocumentLanguage(document, "jsonl");
  await breakLine(uri);
  const wanted = [...brokenCodes, "json.unexpectedEnd"].toSorted().join();
  await waitFor("the problems of the text, once", () => ours().toSorted().join() === wanted);
});

hostTest("a task checks a file, and its findings are problems", async () => {
  const uri = await writeInFolder("task.jsonl", broken);
  const tasks = await vscode.tasks.fetchTasks({ type: "vllm-batch" });
  const task = tasks.find(({ name }) => name === "task.jsonl");
  if (task === undefined) throw new Error(`No task for task.jsonl in ${tasks.map(({ name }) => name).join()}.`);
  const over = new Promise<number | undefined>((resolve) => {
    const listening = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      listening.dispose();
      resolve(exitCode);
    });
  });
  await vscode.tasks.executeTask(task);
  assert.equal(await over, 1);
  await waitForCodes(uri, ...brokenCodes);
});
