import type { Page } from "playwright-core";

/** The output view, whichever channel it shows. */
export class OutputPanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits until a line on the screen holds the text. Gives the lines that are there. */
  async waitForText(text: string): Promise<string> {
    const lines = this.#page.locator(".output-view .view-line");
    await lines.filter({ hasText: text }).first().waitFor();
    return (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  }
}
