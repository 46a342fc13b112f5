import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import * as vscode from "vscode";
import { request } from "../../support/extension/requests.ts";
import { inFolder, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { ScriptedServer } from "../../support/run/scriptedServer.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";

hostTest("files are checked and fixed", async () => {
  const uri = await writeInFolder("restricted.jsonl", `${request(1).replace("/v1/", "v1/")}\n`);
  await open(uri);
  await waitForCodes(uri, "url.missingSlash");
  await vscode.commands.executeCommand("vllmBatch.fixAll", uri);
  await waitForCodes(uri);
});

hostTest("nothing is run, whoever asks, and the workspace cannot say where", async () => {
  const server = await ScriptedServer.start();
  try {
    const settings = vscode.workspace.getConfiguration("vllmBatch");
    await settings.update("endpoint", server.url, vscode.ConfigurationTarget.Workspace);
    assert.equal(vscode.workspace.getConfiguration("vllmBatch").get("endpoint"), "");
    const uri = await writeInFolder("run.jsonl", `${request(1)}\n`);
    await open(uri);
    for (const command of ["run", "resume", "retryFailed", "chooseEndpoint", "setApiKey", "doctor"]) {
      await vscode.commands.executeCommand(`vllmBatch.${command}`, uri);
    }
    await vscode.commands.executeCommand(
      "vllmBatch.retryRequest",
      uri.toString(),
      inFolder("run.runs/001-tiny"),
      "r-1",
    );
    assert.deepEqual(server.received, []);
    assert.ok(!(await readdir(inFolder("."))).includes("run.runs"));
  } finally {
    await server.stop();
  }
});
