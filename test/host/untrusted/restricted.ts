import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
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
    for (const command of ["run", "resume", "retryFailed", "chooseEndpoint", "setApiKey", "doctor", "stopEngine"]) {
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

hostTest("no program of the folder is started, neither for a run nor for a hover", async () => {
  const trace = inFolder("trace");
  const program = `#!/bin/sh\necho started >> ${JSON.stringify(trace)}\n`;
  await mkdir(inFolder(".venv/bin"), { recursive: true });
  await mkdir(inFolder(".vllm-batch/profiles"), { recursive: true });
  await mkdir(inFolder("org/model"), { recursive: true });
  await writeFile(inFolder(".venv/bin/vllm"), program, { mode: 0o755 });
  await writeFile(inFolder(".vllm-batch/profiles/p.json"), JSON.stringify({ vllm: "../../.venv/bin/vllm" }));
  await writeFile(inFolder("org/model/config.json"), "{}");
  const uri = await writeInFolder("hovered.jsonl", `${request(1, "org/model")}\n`);
  await open(uri);
  const place = new vscode.Position(0, request(1, "org/model").indexOf("org/") + 2);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, place);
  // What the language server says, which starts nothing.
  assert.equal(hovers.length, 1);
  await vscode.commands.executeCommand("vllmBatch.run", uri);
  await assert.rejects(readFile(trace), { code: "ENOENT" });
});
