import type { Locator, Page } from "playwright-core";

export class Notifications {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The one that holds the text, once it is there. */
  async waitFor(text: string | RegExp): Promise<Locator> {
    const toast = this.#page.locator(".notification-toast").filter({ hasText: text }).first();
    await toast.waitFor();
    return toast;
  }

  /** Its whole message. */
  async message(text: string | RegExp): Promise<string> {
    return await (await this.waitFor(text)).locator(".notification-list-item-message").innerText();
  }

  /** Clicks one of its buttons, and waits until it is gone. */
  async choose(text: string | RegExp, button: string): Promise<void> {
    const toast = await this.waitFor(text);
    await toast.locator(".monaco-button").filter({ hasText: button }).click();
    await toast.waitFor({ state: "detached" });
  }
}
