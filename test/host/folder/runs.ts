import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { request, requests } from "../../support/extension/requests.ts";
import { codesOf, inFolder, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { ScriptedServer, sendError } from "../../support/run/scriptedServer.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";
import { waitFor } from "../../../scripts/waitFor.ts";

/** Runs a test on a server whose answers it decides, as the setting for where to run. */
async function onServer(body: (server: ScriptedServer) => Promise<void>): Promise<void> {
  const server = await ScriptedServer.start();
  const settings = () => vscode.workspace.getConfiguration("vllmBatch");
  await settings().update("endpoint", server.url, vscode.ConfigurationTarget.Workspace);
  try {
    await body(server);
  } finally {
    await settings().update("endpoint", undefined, vscode.ConfigurationTarget.Workspace);
    await server.stop();
  }
}

const linesOf = async (file: string) => (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");

hostTest(
  "a run saves each answer, and shows what failed on its line until it is answered",
  async () => {
    await onServer(async (server) => {
      server.script = ({ index, before }, response) =>
        index === 2 && before === 0 ? sendError(response, 400, "Too long.") : undefined;
      const uri = await writeInFolder("run.jsonl", requests(3));
      const document = await open(uri);
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      const folder = inFolder("run.runs/001-tiny");
      assert.equal((await linesOf(path.join(folder, "output.jsonl"))).length, 2);
      await waitForCodes(uri, "run.http400");
      const line = () => vscode.languages.getDiagnostics(uri)[0]?.range.start.line;
      assert.equal(line(), 1);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), "\n\n");
      await vscode.workspace.applyEdit(edit);
      await waitFor("the problem to move", () => line() === 3);
      await vscode.commands.executeCommand("undo");
      assert.equal(document.isDirty, false);
      await vscode.commands.executeCommand("vllmBatch.openResponse", uri.toString(), folder, "r-2");
      await waitFor("the error file", () => vscode.window.activeTextEditor?.document.uri.path.endsWith("errors.jsonl"));
      await vscode.commands.executeCommand("vllmBatch.retryRequest", uri.toString(), folder, "r-2");
      await waitForCodes(uri);
      assert.equal((await linesOf(path.join(folder, "output.jsonl"))).length, 3);
    });
  },
  40_000,
);

hostTest(
  "what failed can be cleared, and is forgotten with the next run",
  async () => {
    await onServer(async (server) => {
      server.script = (_received, response) => sendError(response, 400, "No.");
      const uri = await writeInFolder("clear.jsonl", requests(2));
      await open(uri);
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      await waitForCodes(uri, "run.http400", "run.http400");
      await vscode.commands.executeCommand("vllmBatch.clearRunProblems", uri);
      await waitForCodes(uri);
      server.script = () => undefined;
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      assert.deepEqual(codesOf(uri), []);
      assert.deepEqual(await readdir(inFolder("clear.runs")), ["001-tiny", "002-tiny"]);
    });
  },
  40_000,
);

hostTest(
  "the failed requests of a run are retried together",
  async () => {
    await onServer(async (server) => {
      server.script = ({ before }, response) => (before === 0 ? sendError(response, 400, "No.") : undefined);
      const uri = await writeInFolder("retry.jsonl", requests(3));
      await open(uri);
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      await waitForCodes(uri, "run.http400", "run.http400", "run.http400");
      await vscode.commands.executeCommand("vllmBatch.retryFailed");
      await waitForCodes(uri);
    });
  },
  40_000,
);

hostTest(
  "a request is never sent to nowhere: a server that is not there ends the run, without a folder",
  async () => {
    await onServer(async (server) => {
      await server.stop();
      const uri = await writeInFolder("nowhere.jsonl", requests(1));
      await open(uri);
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      await assert.rejects(readdir(inFolder("nowhere.runs")), { code: "ENOENT" });
    });
  },
  60_000,
);

hostTest(
  "what is chosen in the explorer is done to the file there, not to the one in view",
  async () => {
    await onServer(async (server) => {
      server.script = ({ before }, response) => (before === 0 ? sendError(response, 400, "No.") : undefined);
      const there = await writeInFolder("there.jsonl", requests(2));
      await open(there);
      await vscode.commands.executeCommand("vllmBatch.run", there);
      await waitForCodes(there, "run.http400", "run.http400");
      server.script = () => undefined;
      const inView = await writeInFolder("inView.jsonl", requests(1));
      await open(inView);
      await vscode.commands.executeCommand("vllmBatch.run", inView);
      // As a menu of the explorer calls a command: with the file, and all that are selected.
      await vscode.commands.executeCommand("vllmBatch.retryFailed", there, [there]);
      const output = inFolder("there.runs/001-tiny/output.jsonl");
      assert.equal((await linesOf(output)).length, 2);
      await open(inView);
      await vscode.commands.executeCommand("vllmBatch.openRun", there, [there]);
      await waitFor("the answers", () => vscode.window.activeTextEditor?.document.uri.fsPath === output);
    });
  },
  40_000,
);

hostTest(
  "a double click starts one run",
  async () => {
    await onServer(async (server) => {
      const uri = await writeInFolder("double.jsonl", requests(2));
      await open(uri);
      const click = () => vscode.commands.executeCommand("vllmBatch.run", uri);
      await Promise.all([click(), click()]);
      assert.deepEqual(await readdir(inFolder("double.runs")), ["001-tiny"]);
      assert.equal(server.received.length, 2);
    });
  },
  40_000,
);

for (const endpoint of ["localhost:8000", "http://me:secret@127.0.0.1:8000"]) {
  hostTest(`a run goes nowhere while the setting says ${endpoint}, and asks nobody for another place`, async () => {
    const settings = () => vscode.workspace.getConfiguration("vllmBatch");
    await settings().update("endpoint", endpoint, vscode.ConfigurationTarget.Workspace);
    try {
      const uri = await writeInFolder("unusable.jsonl", requests(1));
      await open(uri);
      // It would wait here for somebody to choose.
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      await assert.rejects(readdir(inFolder("unusable.runs")), { code: "ENOENT" });
    } finally {
      await settings().update("endpoint", undefined, vscode.ConfigurationTarget.Workspace);
    }
  });
}

hostTest(
  "of two requests with one id, the one that failed is excluded",
  async () => {
    await onServer(async (server) => {
      server.script = ({ index }, response) => (index === 2 ? sendError(response, 400, "No.") : undefined);
      const uri = await writeInFolder("twice.jsonl", requests(2));
      const document = await open(uri);
      await vscode.commands.executeCommand("vllmBatch.run", uri);
      await waitForCodes(uri, "run.http400");
      const edit = new vscode.WorkspaceEdit();
      const first = request(1).replace("r-1", "r-2");
      edit.replace(uri, document.lineAt(0).range, first);
      await vscode.workspace.applyEdit(edit);
      await vscode.commands.executeCommand(
        "vllmBatch.excludeRequest",
        uri.toString(),
        inFolder("twice.runs/001-tiny"),
        "r-2",
      );
      assert.equal(document.getText(), `${first}\n`);
    });
  },
  40_000,
);
