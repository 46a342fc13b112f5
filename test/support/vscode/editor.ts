import type { Locator, Page } from "playwright-core";
import { insist } from "./insist.ts";
import type { QuickInput } from "./quickInput.ts";
import type { StatusBar } from "./statusBar.ts";

export type SquiggleKind = "error" | "warning" | "info";

/** The editor of one file. Lines and columns count from 1. */
export class Editor {
  readonly #page: Page;
  readonly #quickInput: QuickInput;
  readonly #statusBar: StatusBar;
  readonly #tab: Locator;
  /** Its element, for what is not here. */
  readonly element: Locator;

  constructor(page: Page, name: string, quickInput: QuickInput, statusBar: StatusBar) {
    this.#page = page;
    this.#quickInput = quickInput;
    this.#statusBar = statusBar;
    this.element = page.locator(`.editor-instance .monaco-editor[data-uri$=${JSON.stringify(`/${encodeURI(name)}`)}]`);
    this.#tab = page.locator(`.tab.active[data-resource-name=${JSON.stringify(name.replace(/^.*\//, ""))}]`);
  }

  async shown(): Promise<this> {
    await this.element.locator(".view-line").first().waitFor();
    return this;
  }

  /** Waits until a line on the screen holds the text. */
  async waitForText(text: string): Promise<void> {
    await this.element
      .locator(".view-line")
      .filter({ hasText: text.replaceAll(" ", "\u00a0") })
      .first()
      .waitFor();
  }

  async goTo(line: number, column = 1): Promise<void> {
    await insist(async (timeoutMs) => {
      await this.focus();
      await this.#page.keyboard.press("Control+G");
      await this.#quickInput.fill(`:${line}:${column}`, timeoutMs);
      await this.#page.keyboard.press("Enter");
      await this.#statusBar.waitForText("status.editor.selection", `Ln ${line}, Col ${column}`, timeoutMs);
    });
    await this.focused();
  }

  async focus(): Promise<void> {
    await this.element.locator(".view-line").first().waitFor();
    await this.element.locator(".inputarea, .native-edit-context").first().focus();
    await this.focused();
  }

  async focused(): Promise<void> {
    await this.element.and(this.#page.locator(".focused")).waitFor();
  }

  /** Types at the cursor. */
  async type(text: string): Promise<void> {
    await this.focus();
    await this.#page.keyboard.insertText(text);
  }

  /** On the screen, of one kind: to wait for, count, or hover over. */
  squiggles(kind: SquiggleKind): Locator {
    return this.element.locator(`.squiggly-${kind}`);
  }

  async waitForSquiggle(kind: SquiggleKind): Promise<void> {
    await this.squiggles(kind).first().waitFor();
  }

  async waitForNoSquiggle(kind: SquiggleKind): Promise<void> {
    await this.squiggles(kind).first().waitFor({ state: "detached" });
  }

  /** Shows the hover at the cursor, waits until it holds `expected` (its parts come one by one), and gives its text. */
  async hover(expected: string): Promise<string> {
    const hover = this.#page.locator(".monaco-hover:visible .monaco-hover-content").filter({ hasText: expected });
    // Waits and reads in one.
    return await this.#openBy(["Control+K", "Control+I"], (timeout) => hover.innerText({ timeout }));
  }

  /** Opens the menu of quick fixes at the cursor and gives its titles. It stays open. */
  async openQuickFixes(): Promise<string[]> {
    await this.#page.locator('[class*="lightbulb" i]:visible').first().waitFor();
    const focused = this.#page.locator(".action-widget .monaco-list-row.focused");
    await this.#openBy(["Control+."], (timeout) => focused.waitFor({ timeout }));
    return await this.#quickFixes().allInnerTexts();
  }

  /** Applies the quick fix with this title, of the menu that is open. */
  async chooseQuickFix(title: string): Promise<void> {
    const row = this.#quickFixes().filter({ hasText: title }).first();
    await row.click();
    await row.waitFor({ state: "detached" });
  }

  /** What keys open at the cursor may close at once, when code lenses arrive and lines move. Then they are pressed again. */
  #openBy<T>(keys: readonly string[], read: (timeoutMs: number) => Promise<T>): Promise<T> {
    return insist(async (timeoutMs) => {
      await this.focus();
      for (const key of keys) await this.#page.keyboard.press(key);
      return await read(timeoutMs);
    });
  }

  #quickFixes(): Locator {
    return this.#page.locator(".action-widget .monaco-list-row.action");
  }

  /** The first code lens on the screen that holds the text: to wait for, or to click. */
  codeLens(text: string | RegExp): Locator {
    return this.element.locator(".codelens-decoration a").filter({ hasText: text }).first();
  }

  async waitForDirty(): Promise<void> {
    await this.#tab.and(this.#page.locator(".dirty")).waitFor();
  }

  /** Ctrl+S, and waits until the file is no longer marked as changed. */
  async save(): Promise<void> {
    await this.focus();
    await this.#page.keyboard.press("Control+S");
    await this.#tab.and(this.#page.locator(":not(.dirty)")).waitFor();
  }
}
