import assert from "node:assert/strict";
import * as vscode from "vscode";
import { request } from "../../support/extension/requests.ts";
import { languageServers, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

hostTest("batch files of all folders are checked by one language server", async () => {
  const text = `${request(1).replace("/v1/", "v1/")}\n`;
  const [first, second] = [await writeInFolder("a.jsonl", text, 0), await writeInFolder("b.jsonl", text, 1)];
  await open(first);
  await waitForCodes(first, "url.missingSlash");
  await vscode.commands.executeCommand("vllmBatch.validateWorkspace");
  await waitForCodes(second, "url.missingSlash");
  assert.equal((await languageServers()).length, 1);
});

hostTest("each folder's files have tasks", async () => {
  const tasks = await vscode.tasks.fetchTasks({ type: "vllm-batch" });
  const files = tasks.map(({ scope, definition }) => {
    const file: unknown = definition["file"];
    return [typeof scope === "object" && scope.name, file];
  });
  assert.deepEqual(files.toSorted(), [
    ["first", "a.jsonl"],
    ["second", "b.jsonl"],
  ]);
});
