// The suites of test/host/*/ inside the extension host of a VS Code in a browser; each of their tests is one here.
import { describe, inject, test } from "vitest";
import { startBrowser } from "../../scripts/vscode/browser.ts";
import type { HostReport } from "../../scripts/vscode/host/hostResults.ts";
import { hostWindows } from "../../scripts/vscode/host/hostWindows.ts";
import type { ReadyParts } from "../../scripts/vscode/install.ts";
import { runInBrowser } from "../support/vscode/host/runInBrowser.ts";
import { describeVscode } from "../support/vscode/parts.ts";

// While tests are collected: how many there are, and their names, is known only when they have run.
const parts = inject("vscodeParts");
const reports = parts.state === "ready" ? await runAll(parts) : new Map<string, HostReport>();

async function runAll(parts: ReadyParts): Promise<Map<string, HostReport>> {
  const browser = await startBrowser(parts);
  try {
    const byWindow = new Map<string, HostReport>();
    for (const [window, files] of await hostWindows()) {
      byWindow.set(window.name, await runInBrowser(parts, browser, window, files));
    }
    return byWindow;
  } finally {
    await browser.close();
  }
}

describeVscode("inside the extension host", () => {
  describe.each([...reports])("%s", (_window, { results, incomplete }) => {
    if (incomplete !== null) test("runs to its end", () => fail(incomplete, ""));
    for (const { file, name, failure } of results) {
      test(`${file}: ${name}`, () => {
        if (failure !== null) fail(failure.message, failure.stack);
      });
    }
  });
  test("has windows", () => {
    if (reports.size === 0) throw new Error("There is no suite in test/host.");
  });
});

/** Fails with the stack of where it went wrong, not of here. */
function fail(message: string, stack: string): never {
  throw Object.assign(new Error(message), { stack });
}
