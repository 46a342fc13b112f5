import type { Locator, Page } from "playwright-core";

export class StatusBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** An item by its id: VS Code's own (`status.editor.selection`), or of an extension `publisher.name.id`. */
  item(id: string): Locator {
    return this.#page.locator(`.statusbar-item[id=${JSON.stringify(id)}]`);
  }

  async waitForText(id: string, text: string | RegExp): Promise<string> {
    const item = this.item(id).filter({ hasText: text });
    await item.waitFor();
    return (await item.innerText()).trim();
  }

  /** What the language status of the active editor says, entry by entry. */
  async languageStatus(): Promise<string[]> {
    await this.item("status.languageStatus").hover();
    const entries = this.#page.locator(".hover-language-status");
    await entries.first().waitFor();
    return await entries.allInnerTexts();
  }
}
