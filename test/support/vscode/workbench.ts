import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { root } from "../../../scripts/vscode/paths.ts";
import { newPage, type WindowOptions } from "../../../scripts/vscode/browser.ts";
import type { CodeServer } from "../../../scripts/vscode/codeServer.ts";
import { Editor } from "./editor.ts";
import { Explorer } from "./explorer.ts";
import { insist } from "./insist.ts";
import { Notifications } from "./notifications.ts";
import { OutputPanel } from "./outputPanel.ts";
import { ProblemsPanel } from "./problemsPanel.ts";
import { QuickInput } from "./quickInput.ts";
import { StatusBar } from "./statusBar.ts";

const screens = path.join(root, ".cache", "screens");

/** The title in the list of themes, and the class that the window gets (VS Code 1.139). */
const themes = {
  light: { title: "Light 2026", shownBy: "2026-light" },
  dark: { title: "Dark 2026", shownBy: "2026-dark" },
  highContrast: { title: "Dark High Contrast", shownBy: "hc_black" },
  highContrastLight: { title: "Light High Contrast", shownBy: "hc_light" },
} as const;

export type ThemeName = keyof typeof themes;

/**
 * A window of VS Code, used as a person does: by keys, clicks and what is on the screen. Every method waits for the
 * state that it needs and for the state that it leads to, and rejects when that does not come (45 s).
 */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly problems: ProblemsPanel;
  readonly notifications: Notifications;
  readonly statusBar: StatusBar;
  readonly output: OutputPanel;
  readonly explorer: Explorer;

  private constructor(page: Page) {
    this.page = page;
    this.quickInput = new QuickInput(page);
    this.problems = new ProblemsPanel(page);
    this.notifications = new Notifications(page);
    this.statusBar = new StatusBar(page);
    this.output = new OutputPanel(page);
    this.explorer = new Explorer(page);
  }

  /** Opens a window on the server's workspace. Several may be open at once. */
  static async open(browser: Browser, server: CodeServer, options: WindowOptions = {}): Promise<Workbench> {
    const page = await newPage(browser, options);
    const kind = server.workspace.endsWith(".code-workspace") ? "workspace" : "folder";
    await page.goto(`${server.url}/?${kind}=${encodeURIComponent(server.workspace)}`);
    await page.locator(".monaco-workbench .part.statusbar").waitFor();
    await page.locator(".explorer-folders-view .monaco-list").waitFor();
    return new Workbench(page);
  }

  /** Opens a file of the workspace by its name, through Ctrl+P. */
  async openFile(name: string): Promise<Editor> {
    await this.#choose("Control+P", name, path.posix.basename(name));
    return await this.editor(name).shown();
  }

  /** The editor of a file that is open. */
  editor(name: string): Editor {
    return new Editor(this.page, name, this.quickInput, this.statusBar);
  }

  /** Runs a command from the palette, by its category and title: `Category: Title`. */
  async runCommand(title: string): Promise<void> {
    await this.#choose("F1", `>${title}`, title);
  }

  /** The titles that the palette offers for some text. */
  async commandsFor(text: string): Promise<string[]> {
    const titles = await insist(async (timeoutMs) => {
      await this.#openQuickInput("F1", `>${text}`, timeoutMs);
      return await this.quickInput.rows(timeoutMs, text);
    });
    await this.quickInput.cancel();
    return titles;
  }

  /** A modal dialog that holds some text. Its buttons are clicked by `dialog(…).getByRole("button", …)`. */
  dialog(text: string): Locator {
    return this.page.locator(".monaco-dialog-box").filter({ hasText: text });
  }

  /** The page inside the webview that is shown. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  /** Through the palette: a window does not see that the user settings changed on disk (code-server 4.139). */
  async setTheme(theme: ThemeName): Promise<void> {
    const { title, shownBy } = themes[theme];
    await this.runCommand("Preferences: Color Theme");
    await this.quickInput.fill(title);
    await this.quickInput.choose(title);
    await this.page.locator(`.monaco-workbench.vscode-theme-defaults-themes-${shownBy}-json`).waitFor();
  }

  /** Opens a list by a key, narrows it down and takes a row. */
  #choose(key: string, filter: string, label: string): Promise<void> {
    return insist(async (timeoutMs) => {
      await this.#openQuickInput(key, filter, timeoutMs);
      await this.quickInput.choose(label, timeoutMs);
    });
  }

  /** Anew: a list that is open stays as it was when it was opened, without what has come since (VS Code 1.139). */
  async #openQuickInput(key: string, filter: string, timeoutMs: number): Promise<void> {
    if (await this.quickInput.isOpen()) await this.quickInput.cancel();
    await this.page.keyboard.press(key);
    await this.quickInput.fill(filter, timeoutMs);
  }

  /** In CSS pixels. */
  async resize(width: number, height: number): Promise<void> {
    await this.page.setViewportSize({ width, height });
    await this.page.locator(`.monaco-workbench[style*="width: ${width}px"]`).waitFor();
  }

  /** Into `.cache/screens/NAME.png`. Gives the path. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(screens, { recursive: true });
    const file = path.join(screens, `${name}.png`);
    await this.page.screenshot({ path: file, animations: "disabled", caret: "hide" });
    return file;
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
