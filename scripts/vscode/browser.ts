import { type Browser, chromium, type Page } from "playwright-core";
import type { ReadyParts } from "./install.ts";

/** Of one step that waits for a state. Two busy cores have taken 20 s for a window that usually takes 3. */
export const stepTimeoutMs = 45_000;

export interface WindowOptions {
  /** CSS pixels; 1280 × 800 unless told otherwise. */
  readonly width?: number;
  readonly height?: number;
  /** The display language for extensions, such as `de`. VS Code's own texts stay English: it has no language pack. */
  readonly language?: string;
}

/** A browser without a window, with a profile of its own that goes when it is closed. */
export async function startBrowser({ chromium: executablePath }: ReadyParts): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    headless: true,
    // Chromium's sandbox does not work for root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-dev-shm-usage",
      "--no-first-run",
    ],
  });
}

/** A page with storage of its own, as of another machine. */
export async function newPage(browser: Browser, options: WindowOptions = {}): Promise<Page> {
  const { width = 1280, height = 800, language = "en" } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    locale: language,
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(stepTimeoutMs);
  // What the file of a language pack would say before the workbench is loaded (VS Code 1.139).
  if (language !== "en") await context.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)}`);
  return await context.newPage();
}
