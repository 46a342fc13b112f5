import { format } from "node:util";
import type { Browser } from "playwright-core";
import { newPage } from "../browser.ts";
import type { CodeServer } from "../codeServer.ts";
import { root } from "../paths.ts";

/** Of all that one window runs; each test has a time of its own. */
const runTimeoutMs = 600_000;
const KEPT_LINES = 40;

/**
 * Opens a window in which this extension is under development and which runs `tests` inside its extension host: a file
 * that exports `run()`. Waits until that is over, and gives how it ended and what the window logged last.
 * @param server one that was started with `testDriver`
 */
export async function runPayload(browser: Browser, server: CodeServer, tests: string): Promise<string> {
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
