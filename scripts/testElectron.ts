// The suites of test/host inside a desktop VS Code: `npm run test:electron`. Needs one that can be downloaded, or
// VSCODE=/path/to/code in the environment, and a display (on Linux without one: xvfb-run -a npm run test:electron).
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { execa } from "execa";
import { messageOf } from "../server/src/util/unknown.ts";
import { bundleSuites } from "./vscode/host/bundleSuites.ts";
import { type HostReport, readReport, resultsVariable } from "./vscode/host/hostResults.ts";
import { hostWindows, type HostWindow, makeWorkspace } from "./vscode/host/hostWindows.ts";
import { root } from "./vscode/paths.ts";

async function findVscode(): Promise<string | null> {
  const named = process.env["VSCODE"];
  if (named !== undefined && named !== "") return named;
  try {
    return await downloadAndUnzipVSCode({ version: "stable", cachePath: path.join(root, ".cache", "vscode-desktop") });
  } catch (error) {
    console.error(`VS Code cannot be downloaded here (${messageOf(error)}).`);
    console.error("The same suites run in a browser: npm test -- host. Or name a VS Code: VSCODE=/usr/bin/code.");
    return null;
  }
}

async function runWindow(vscode: string, window: HostWindow, files: readonly string[]): Promise<HostReport> {
  const extensionTestsPath = await bundleSuites(window.name, files);
  const { parent, workspace } = await makeWorkspace(window);
  const profile = await mkdtemp(path.join(tmpdir(), "vllm-batch-vscode-"));
  const results = path.join(profile, "results.jsonl");
  await writeFile(results, "");
  try {
    await runTests({
      vscodeExecutablePath: vscode,
      extensionDevelopmentPath: root,
      extensionTestsPath,
      extensionTestsEnv: { [resultsVariable]: results },
      launchArgs: [
        workspace,
        "--disable-extensions",
        ...["--user-data-dir", path.join(profile, "data"), "--extensions-dir", path.join(profile, "extensions")],
        ...(window.trusted ? ["--disable-workspace-trust"] : []),
      ],
    }).catch((error: unknown) => console.error(messageOf(error)));
    return readReport(await readFile(results, "utf8"));
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Gives the number of what went wrong. */
function print(window: HostWindow, { results, incomplete }: HostReport): number {
  const failed = results.filter(({ failure }) => failure !== null);
  for (const { file, name, failure } of failed)
    console.error(`FAILED ${window.name}/${file}: ${name}\n${failure?.stack}`);
  if (incomplete !== null) console.error(`FAILED ${window.name}: ${incomplete}`);
  console.log(`${window.name}: ${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length + (incomplete === null ? 0 : 1);
}

const vscode = await findVscode();
if (vscode === null) process.exit(1);
await execa(process.execPath, ["esbuild.js"], { cwd: root, stdio: "inherit" });
let wrong = 0;
for (const [window, files] of await hostWindows()) wrong += print(window, await runWindow(vscode, window, files));
process.exit(wrong === 0 ? 0 : 1);
