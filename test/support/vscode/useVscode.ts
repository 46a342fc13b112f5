import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startBrowser, type WindowOptions } from "../../../scripts/vscode/browser.ts";
import { type CodeServer, type CodeServerOptions, startCodeServer } from "../../../scripts/vscode/codeServer.ts";
import { vscodeParts } from "./parts.ts";
import { Workbench } from "./workbench.ts";

export interface VscodeOptions extends Omit<CodeServerOptions, "workspace" | "parts"> {
  /** What lies in the folder that is opened: path → text. With a `.code-workspace` file at the top, that is opened. */
  readonly files: Readonly<Record<string, string>>;
}

export interface SharedVscode {
  /** The server that runs now. Only inside tests and hooks. */
  readonly server: CodeServer;
  /** The folder with the files. */
  readonly folder: string;
  /** Opens a window; it is closed after the test. */
  open(options?: WindowOptions): Promise<Workbench>;
}

/**
 * One VS Code and one browser for all tests of the enclosing `describe`. After a test its windows are closed; one that
 * failed leaves what they showed in `.cache/screens`, and what was logged in `.cache/vscode/failed`. Takes a function,
 * since extensions are known only in hooks.
 */
export function useVscode(options: () => VscodeOptions): SharedVscode {
  let started: { server: CodeServer; browser: Browser; folder: string } | undefined;
  let windows: Workbench[] = [];
  const running = () => {
    if (started === undefined) throw new Error("VS Code runs only while tests do.");
    return started;
  };
  beforeAll(async () => {
    const { files, ...others } = options();
    const folder = await makeFolder(files);
    const workspaceFile = Object.keys(files).find((name) => /^[^/]+\.code-workspace$/.test(name));
    const workspace = workspaceFile === undefined ? folder : path.join(folder, workspaceFile);
    const parts = vscodeParts();
    const [server, browser] = await Promise.all([
      startCodeServer({ parts, workspace, ...others }),
      startBrowser(parts),
    ]);
    started = { server, browser, folder };
  });
  afterEach(async ({ task }) => {
    const open = windows;
    windows = [];
    const failed = task.result?.state === "fail" ? slug(task.name) : null;
    if (failed !== null) await started?.server.keepLogs(failed);
    for (const [index, window] of open.entries()) {
      if (failed !== null) await window.screenshot(`failed-${failed}-${index + 1}`);
      await window.close();
    }
  });
  afterAll(async () => {
    await started?.browser.close();
    await started?.server.stop();
    if (started !== undefined) await rm(started.folder, { recursive: true, force: true });
  });
  return {
    get server() {
      return running().server;
    },
    get folder() {
      return running().folder;
    },
    async open(options) {
      const { browser, server } = running();
      const window = await Workbench.open(browser, server, options);
      windows.push(window);
      return window;
    },
  };
}

async function makeFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-files-"));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
