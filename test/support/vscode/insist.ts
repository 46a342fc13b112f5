import { errors } from "playwright-core";
import { stepTimeoutMs } from "../../../scripts/vscode/browser.ts";

/** Of the first try; each further one has twice as long, so that a slow window is waited for and not only asked again. */
const firstTryMs = stepTimeoutMs / 15;

/**
 * Does what a person does whose key or click went nowhere: tries again. A window that is busy may take a key before
 * what it is meant for is there, and a menu ignores clicks in its first moments (VS Code 1.139, `menu.ts`).
 * @param attempt acts, and waits for what that leads to, for as long as it is given; it may find what a former attempt left
 * @throws what the last attempt threw; at once what is no time-out
 */
export async function insist<T>(attempt: (timeoutMs: number) => Promise<T>): Promise<T> {
  const deadline = performance.now() + stepTimeoutMs;
  for (let timeoutMs = firstTryMs; ; timeoutMs *= 2) {
    try {
      return await attempt(timeoutMs);
    } catch (error) {
      if (!(error instanceof errors.TimeoutError) || performance.now() > deadline) throw error;
    }
  }
}
