import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

hostTest("the window has two folders", () => {
  assert.deepEqual(
    vscode.workspace.workspaceFolders?.map(({ name }) => name),
    ["first", "second"],
  );
});
