/** Rates over the newest seconds: answers and tokens, from running totals. */
export class RateMeter {
  readonly #windowMs: number;
  readonly #samples: { at: number; answers: number; tokens: number }[] = [];

  constructor(windowMs = 20_000) {
    this.#windowMs = windowMs;
  }

  /** Call it about once a second with totals since the start. `now` in milliseconds. */
  sample(now: number, answers: number, tokens: number): void {
    this.#samples.push({ at: now, answers, tokens });
    // One sample from before the window stays, so that the rate spans all of it.
    while ((this.#samples[1]?.at ?? now) < now - this.#windowMs) this.#samples.shift();
  }

  /** Per second; 0 until there are two samples. */
  rates(): { answers: number; tokens: number } {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return { answers: 0, tokens: 0 };
    const seconds = (last.at - first.at) / 1000;
    return { answers: (last.answers - first.answers) / seconds, tokens: (last.tokens - first.tokens) / seconds };
  }
}
