import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

hostTest("the window does not trust its folder", () => {
  assert.equal(vscode.workspace.isTrusted, false);
});
