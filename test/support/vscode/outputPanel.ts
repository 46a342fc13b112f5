import type { Page } from "playwright-core";
import type { QuickInput } from "./quickInput.ts";

export class OutputPanel {
  readonly #page: Page;
  readonly #quickInput: QuickInput;

  constructor(page: Page, quickInput: QuickInput) {
    this.#page = page;
    this.#quickInput = quickInput;
  }

  /** Shows a channel and waits until a line on the screen holds the text. Gives the lines. */
  async waitForText(channel: string, text: string): Promise<string> {
    await this.#page.keyboard.press("F1");
    await this.#quickInput.fill(">Output: Show Output Channels...");
    await this.#quickInput.choose("Output: Show Output Channels...");
    await this.#quickInput.fill(channel);
    await this.#quickInput.choose(channel);
    const lines = this.#page.locator(".output-view .view-line");
    await lines
      .filter({ hasText: text.replaceAll(" ", "\u00a0") })
      .first()
      .waitFor();
    return (await lines.allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
  }
}
