import { readFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { packageExtension } from "../scripts/package.ts";
import { startBrowser } from "../scripts/vscode/browser.ts";
import { startCodeServer } from "../scripts/vscode/codeServer.ts";
import { hostBundle } from "../scripts/vscode/host/bundleSuites.ts";
import { runPayload } from "../scripts/vscode/host/runPayload.ts";
import { ensureVscode, type ReadyParts } from "../scripts/vscode/install.ts";
import { root } from "../scripts/vscode/paths.ts";
import { median, result, type Bench, type BenchResult } from "./bench.ts";
import { activationFileVariable } from "./extension/activationFile.ts";
import { withFolder } from "./support/withFolder.ts";

/** What the extension costs those who have it installed. */
export function extension(scale: number): Bench {
  const windows = Math.max(1, Math.round(7 * scale));
  return {
    name: "extension",
    about: "The extension in a real VS Code: what is downloaded, and what a window pays when it starts.",
    async run(log) {
      const { sizeBytes } = await packageExtension();
      const detail = "compressed, the same file for every platform";
      const size = result("Size of the VSIX", sizeBytes / 1e6, "MB", { comparison: "<=", value: 1.5 }, detail);
      return [size, await measureActivation(windows, log)];
    },
  };
}

async function measureActivation(windows: number, log: (line: string) => void): Promise<BenchResult> {
  const parts = await ensureVscode(log);
  if (parts.state === "missing") throw new Error(parts.why);
  const tests = path.join(root, ".cache", "host", "bench.cjs");
  const entry = path.join(import.meta.dirname, "extension", "startInHost.ts");
  await build({ entryPoints: [entry], outfile: tests, ...hostBundle });
  const browser = await startBrowser(parts);
  try {
    const timesMs: number[] = [];
    for (let window = 0; window < windows; window += 1) timesMs.push(await activateOnce(parts, browser, tests));
    const shown = timesMs.map((ms) => ms.toFixed(0)).join(", ");
    const detail = `from the call of activate() to its end, code loaded within, in a window that has come to rest; median of ${windows} windows, each with a new extension host: ${shown} ms`;
    return result("Activation", median(timesMs), "ms", { comparison: "<=", value: 50 }, detail);
  } finally {
    await browser.close();
  }
}

/** In milliseconds, in an extension host that has not loaded it before. */
async function activateOnce(parts: ReadyParts, browser: Browser, tests: string): Promise<number> {
  return withFolder(async (folder) => {
    const file = path.join(folder, "milliseconds");
    const env = { [activationFileVariable]: file };
    const server = await startCodeServer({ parts, workspace: folder, testDriver: true, env });
    try {
      const ended = await runPayload(browser, server, tests);
      const ms = Number(await readFile(file, "utf8").catch(() => "none"));
      if (!Number.isFinite(ms)) throw new Error(`The window measured nothing. ${ended}`);
      return ms;
    } finally {
      await server.stop();
    }
  });
}
