import type { Locator, Page } from "playwright-core";
import { insist } from "./insist.ts";

/** The tree of files at the side. */
export class Explorer {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  row(name: string): Locator {
    return this.#page.locator(`.explorer-folders-view .monaco-list-row[aria-label^=${JSON.stringify(name)}]`).first();
  }

  /** Opens the context menu of a file and gives its titles. It stays open: choose, or press Escape. */
  async openMenu(name: string): Promise<string[]> {
    await insist(async (timeout) => {
      await this.row(name).click({ button: "right", timeout });
      await this.#items().first().waitFor({ timeout });
    });
    return (await this.#items().allInnerTexts()).map((title) => title.trim()).filter((title) => title !== "");
  }

  /**
   * Takes an entry of a submenu of a file's context menu. By Enter: a submenu takes no click in its first 0.1 s (VS Code
   * 1.139, `menu.ts`). A menu keeps what it held when it was opened (while a window is new, an entry may be disabled
   * that is not later), so each try opens a new one.
   */
  async chooseFromMenu(name: string, submenu: string, title: string): Promise<void> {
    await insist(async (timeout) => {
      await this.#closeMenu(timeout);
      await this.row(name).click({ button: "right", timeout });
      await this.#items().filter({ hasText: submenu }).first().hover({ timeout });
      await this.#items().filter({ hasText: title }).first().hover({ timeout });
      await this.#page.keyboard.press("Enter");
      await this.#items().first().waitFor({ state: "detached", timeout });
    });
  }

  /** What a former try left open, a submenu first. */
  async #closeMenu(timeout: number): Promise<void> {
    for (let open; (open = await this.#items().count()) > 0;) {
      await this.#page.keyboard.press("Escape");
      await this.#items()
        .nth(open - 1)
        .waitFor({ state: "detached", timeout });
    }
  }

  #items(): Locator {
    return this.#page.locator(".monaco-menu .action-item .action-label");
  }
}
