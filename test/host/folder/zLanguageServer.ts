// The last suite of its window: it ends the language server until it is given up.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { request } from "../../support/extension/requests.ts";
import { languageServers, open, waitForCodes, writeInFolder } from "../../support/extension/host/window.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";
import { waitFor } from "../../../scripts/waitFor.ts";

async function theServer(): Promise<number> {
  const [pid] = await waitFor("one language server", async () => {
    const servers = await languageServers();
    return servers.length === 1 && servers;
  });
  if (pid === undefined) throw new Error("There is none.");
  return pid;
}

async function kill(): Promise<void> {
  const pid = await theServer();
  process.kill(pid, "SIGKILL");
  await waitFor("its end", async () => !(await languageServers()).includes(pid));
}

hostTest(
  "a language server that is killed is started again, five times, and then when a person says so",
  async () => {
    const uri = await writeInFolder("killed.jsonl", `${request(1).replace("/v1/", "v1/")}\n`);
    await open(uri);
    await waitForCodes(uri, "url.missingSlash");
    for (let times = 1; times <= 5; times += 1) {
      await kill();
      await theServer();
      await waitForCodes(uri, "url.missingSlash");
    }
    await kill();
    assert.deepEqual(await languageServers(), []);
    await vscode.commands.executeCommand("vllmBatch.restartLanguageServer");
    await theServer();
    await waitForCodes(uri, "url.missingSlash");
  },
  90_000,
);
