import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { format } from "node:util";
import type { Browser } from "playwright-core";
import { root } from "../../../../scripts/vscode/paths.ts";
import { newPage } from "../browser.ts";
import { type CodeServer, startCodeServer } from "../codeServer.ts";
import { bundleSuites } from "../../../../scripts/vscode/host/bundleSuites.ts";
import { type HostReport, readReport, resultsVariable } from "../../../../scripts/vscode/host/hostResults.ts";
import { type HostWindow, makeWorkspace } from "../../../../scripts/vscode/host/hostWindows.ts";

const runTimeoutMs = 240_000;
const KEPT_LINES = 40;

/** Runs the suites of a kind of window in a browser. What was logged is kept when something failed. */
export async function runInBrowser(
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

/** Opens the window that runs the tests, and waits until it says that they are over. Gives the last that was logged. */
async function runPayload(browser: Browser, server: CodeServer, tests: string): Promise<string> {
  const page = await newPage(browser);
  const logged: string[] = [];
  const keep = (line: string) => {
    logged.push(line);
    if (logged.length > KEPT_LINES) logged.shift();
  };
  try {
    const over = Promise.withResolvers<string>();
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => keep(format(...args)));
    await page.exposeFunction("codeAutomationExit", (code: number) => over.resolve(`It exited with ${code}.`));
    page.on("crash", () => over.resolve("The page crashed."));
    const signal = AbortSignal.timeout(runTimeoutMs);
    signal.addEventListener("abort", () => over.resolve(`It was not over after ${runTimeoutMs / 1000} s.`));
    await page.goto(payloadUrl(server, tests));
    return `${await over.promise} The window logged last:\n${logged.join("\n")}`;
  } finally {
    await page.context().close();
  }
}

function payloadUrl(server: CodeServer, tests: string): string {
  const remote = (file: string) => `vscode-remote://${server.authority}${file}`;
  const url = new URL(server.url);
  url.searchParams.set(server.workspace.endsWith(".code-workspace") ? "workspace" : "folder", server.workspace);
  const payload = [
    ["extensionDevelopmentPath", remote(root)],
    ["extensionTestsPath", remote(tests)],
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  url.searchParams.set("payload", JSON.stringify(payload));
  return url.href;
}
