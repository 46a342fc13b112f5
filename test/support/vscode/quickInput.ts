import type { Locator, Page } from "playwright-core";
import { stepTimeoutMs } from "../../../scripts/vscode/browser.ts";
import { attributes } from "./pageElements.ts";

/** The box at the top of the window: palette, file search, pick lists, input boxes. */
export class QuickInput {
  readonly #page: Page;
  readonly #widget: Locator;
  readonly #rows: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator(".quick-input-widget:visible");
    this.#rows = this.#widget.locator(".quick-input-list .monaco-list-row");
  }

  /** Puts text into its input, in place of what is there. */
  async fill(text: string, timeoutMs = stepTimeoutMs): Promise<void> {
    await this.#widget.locator(".quick-input-box input").fill(text, { timeout: timeoutMs });
  }

  /** Takes the row with this very label. The best match is not always it: the list is sorted by what was used. */
  async choose(label: string, timeoutMs = stepTimeoutMs): Promise<void> {
    // What follows the label for a screen reader: the description, the keys, the kind.
    const [exact, continued] = [JSON.stringify(label), JSON.stringify(`${label},`)];
    await this.#rows
      .and(this.#page.locator(`[aria-label=${exact}], [aria-label^=${continued}]`))
      .first()
      .click({ timeout: timeoutMs });
  }

  /** Takes the row that holds `text`, in a list that was opened by something else. */
  async pick(text: string): Promise<void> {
    await this.#rows.filter({ hasText: text }).first().click();
  }

  /** Takes a row of a list that is still being filled when it opens: once nothing more is looked for. */
  async pickFound(text: string): Promise<void> {
    await this.foundRows();
    await this.pick(text);
  }

  /** The labels of such a list, once its input says no longer `Looking for …`. */
  async foundRows(): Promise<string[]> {
    await this.#widget.locator('.quick-input-box input:not([placeholder^="Looking for"])').waitFor();
    return await attributes(this.#rows, "aria-label");
  }

  /** Answers an input box whose prompt or title holds `about`. */
  async answer(about: string, text: string): Promise<void> {
    await this.#widget.filter({ hasText: about }).waitFor();
    await this.fill(text);
    await this.#page.keyboard.press("Enter");
  }

  /** The labels that are shown, once the first of them holds `text`. */
  async rows(timeoutMs = stepTimeoutMs, text = ""): Promise<string[]> {
    await this.#rows.first().filter({ hasText: text }).waitFor({ timeout: timeoutMs });
    return await attributes(this.#rows, "aria-label");
  }

  isOpen(): Promise<boolean> {
    return this.#widget.isVisible();
  }

  async cancel(): Promise<void> {
    await this.#page.keyboard.press("Escape");
    await this.#widget.waitFor({ state: "hidden" });
  }
}
