import type { Locator, Page } from "playwright-core";
import { stepTimeoutMs } from "../../../scripts/vscode/browser.ts";
import { insist } from "./insist.ts";

export class StatusBar {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** An item by its id: VS Code's own (`status.editor.selection`), or of an extension `publisher.name.id`. */
  item(id: string): Locator {
    return this.#page.locator(`.statusbar-item[id=${JSON.stringify(id)}]`);
  }

  async waitForText(id: string, text: string | RegExp, timeoutMs = stepTimeoutMs): Promise<string> {
    const item = this.item(id).filter({ hasText: text });
    await item.waitFor({ timeout: timeoutMs });
    return (await item.innerText()).trim();
  }

  /** What the language status of the active editor says, entry by entry. */
  async languageStatus(): Promise<string[]> {
    const entries = this.#page.locator(".hover-language-status");
    await insist(async (timeout) => {
      await this.item("status.languageStatus").hover({ timeout });
      await entries.first().waitFor({ timeout });
    });
    return await entries.allInnerTexts();
  }
}
