export interface RetryPolicy {
  /** How often a request is tried before it is given up. */
  maxAttempts: number;
  firstDelayMs: number;
  longestDelayMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { maxAttempts: 5, firstDelayMs: 500, longestDelayMs: 30_000 };

/**
 * How long to wait before the next try: doubles with each failed one, up to a limit, and a random half of it is taken
 * off so that requests that failed together do not return together.
 * @param failed tries that failed so far, from 1
 * @param random from 0 up to 1
 */
export function backoffMs(policy: RetryPolicy, failed: number, random: number): number {
  const full = Math.min(policy.longestDelayMs, policy.firstDelayMs * 2 ** (failed - 1));
  return full * (1 - random / 2);
}
