// The entry of the tests inside the extension host.
import { appendFileSync } from "node:fs";
import * as vscode from "vscode";
import { resultsVariable } from "../../../../scripts/vscode/host/hostResults.ts";
import { collectTests } from "./hostTest.ts";
import { runTests } from "./runTests.ts";

/** Runs all tests of some files. Rejects when one fails, which is what makes VS Code exit with 1. */
export async function runSuites(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<void> {
  const resultsFile = process.env[resultsVariable];
  if (resultsFile === undefined) throw new Error(`${resultsVariable} does not say where the results go.`);
  process.setSourceMapsEnabled(true);
  const failed = await runTests(await collectTests(files), {
    // Written through at once: the host may die in the next test.
    write: (line) => appendFileSync(resultsFile, `${JSON.stringify(line)}\n`),
    afterEach: closeEditors,
  });
  if (failed > 0) throw new Error(`${failed} tests failed.`);
}

/** Each test begins with an empty window. Closing as such would ask what to do about changes. */
async function closeEditors(): Promise<void> {
  while (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
}
