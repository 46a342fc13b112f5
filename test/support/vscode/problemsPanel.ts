import type { Locator, Page } from "playwright-core";
import { insist } from "./insist.ts";
import { attributes } from "./pageElements.ts";

export class ProblemsPanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(): Promise<void> {
    const panel = this.#page.locator(".markers-panel");
    await insist(async (timeout) => {
      // The same keys close it.
      if (!(await panel.isVisible())) await this.#page.keyboard.press("Control+Shift+M");
      await panel.waitFor({ timeout });
    });
  }

  /** The rows of problems on the screen; without those of files. */
  rows(): Locator {
    return this.#page.locator('.markers-panel .monaco-list-row[aria-level="2"]');
  }

  /** One row that holds the text, once it is there. */
  async waitFor(text: string | RegExp): Promise<Locator> {
    const row = this.rows().filter({ hasText: text }).first();
    await row.waitFor();
    return row;
  }

  /** What a screen reader says of each row: message, line, character, source. */
  async labels(): Promise<string[]> {
    await this.rows().first().waitFor();
    return await attributes(this.rows(), "aria-label");
  }

  /** Goes to the place of a problem in its editor, as Enter on its row does. */
  async goTo(text: string | RegExp): Promise<void> {
    await (await this.waitFor(text)).dblclick();
  }
}
