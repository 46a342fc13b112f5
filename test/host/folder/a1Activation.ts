import assert from "node:assert/strict";
import * as vscode from "vscode";
import { requests } from "../../support/extension/requests.ts";
import { EXTENSION, codesOf, languageServers, open, writeInFolder } from "../../support/extension/host/window.ts";
import { hostTest } from "../../support/vscode/host/hostTest.ts";
import { waitFor } from "../../../scripts/waitFor.ts";

const extension = () => {
  const found = vscode.extensions.getExtension(EXTENSION);
  if (found === undefined) throw new Error(`${EXTENSION} is not there.`);
  return found;
};

hostTest("nothing is loaded for texts that are no JSON Lines", async () => {
  await open(await writeInFolder("notes.md", "# Notes\n"));
  await open(await writeInFolder("data.json", '{"custom_id": "a", "method": "POST"}\n'));
  assert.equal(extension().isActive, false);
});

hostTest("other JSON Lines start no language server, and nothing is said of them", async () => {
  const uri = await writeInFolder("other.jsonl", '{"text": "a",}\n{"text": b}\n');
  await open(uri);
  await waitFor("the extension", () => extension().isActive);
  assert.deepEqual(await languageServers(), []);
  assert.deepEqual(codesOf(uri), []);
});

hostTest("the first batch file starts one, which the next ones share", async () => {
  await open(await writeInFolder("first.jsonl", requests(3)));
  await open(await writeInFolder("second.jsonl", requests(3)));
  await waitFor("a language server", async () => (await languageServers()).length === 1);
});
