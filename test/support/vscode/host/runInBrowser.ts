import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { startCodeServer } from "../../../../scripts/vscode/codeServer.ts";
import { bundleSuites } from "../../../../scripts/vscode/host/bundleSuites.ts";
import { type HostReport, readReport, resultsVariable } from "../../../../scripts/vscode/host/hostResults.ts";
import { type HostWindow, makeWorkspace } from "../../../../scripts/vscode/host/hostWindows.ts";
import { runPayload } from "../../../../scripts/vscode/host/runPayload.ts";
import type { ReadyParts } from "../../../../scripts/vscode/install.ts";

/** Runs the suites of a kind of window in a browser. What was logged is kept when something failed. */
export async function runInBrowser(
  parts: ReadyParts,
  browser: Browser,
  window: HostWindow,
  files: readonly string[],
): Promise<HostReport> {
  const tests = await bundleSuites(window.name, files);
  const { parent, workspace } = await makeWorkspace(window);
  const resultsFolder = await mkdtemp(path.join(tmpdir(), "vllm-batch-results-"));
  const results = path.join(resultsFolder, "results.jsonl");
  await writeFile(results, "");
  const server = await startCodeServer({
    parts,
    workspace,
    trusted: window.trusted,
    testDriver: true,
    env: { [resultsVariable]: results },
  });
  try {
    const ended = await runPayload(browser, server, tests);
    const report = readReport(await readFile(results, "utf8"));
    const failed = report.incomplete !== null || report.results.some(({ failure }) => failure !== null);
    if (failed) await server.keepLogs(`host-${window.name}`);
    if (report.incomplete === null) return report;
    return { ...report, incomplete: `${report.incomplete} ${ended}` };
  } finally {
    await server.stop();
    await rm(parent, { recursive: true, force: true });
    await rm(resultsFolder, { recursive: true, force: true });
  }
}
