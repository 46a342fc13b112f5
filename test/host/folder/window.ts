import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

hostTest("the window has one folder, and is trusted", () => {
  assert.deepEqual(
    vscode.workspace.workspaceFolders?.map(({ name }) => name),
    ["data"],
  );
  assert.equal(vscode.workspace.isTrusted, true);
});

hostTest("an editor with changes is gone after its test", async () => {
  const document = await vscode.workspace.openTextDocument({ language: "jsonl", content: "{}" });
  await vscode.window.showTextDocument(document);
  assert.equal(document.isDirty, true);
});

hostTest("no editor is open at the beginning", () => {
  assert.equal(vscode.window.tabGroups.activeTabGroup.tabs.length, 0);
});
