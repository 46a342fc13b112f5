import { groupLimit } from "./suspects.ts";
import type { BatchRequest } from "./request.ts";

/** Where requests wait that were sent before: to go out next, at a time, or when all others are done. */
export class RequestQueue {
  /** To go out next, in the order in which they came back. */
  #returned: BatchRequest[] = [];
  /** A binary heap by time. */
  readonly #delayed: { readyAt: number; request: BatchRequest }[] = [];
  #suspects: BatchRequest[] = [];

  get size(): number {
    return this.#returned.length + this.#delayed.length + this.#suspects.length;
  }

  get suspects(): number {
    return this.#suspects.length;
  }

  /** Behind those that wait to go out next. */
  giveBack(request: BatchRequest): void {
    this.#returned.push(request);
  }

  delay(request: BatchRequest, readyAt: number): void {
    this.#delayed.push({ readyAt, request });
    this.#siftUp(this.#delayed.length - 1);
  }

  setAside(request: BatchRequest): void {
    this.#suspects.push(request);
  }

  /** The next that may go out now, suspects apart. */
  take(now: number): BatchRequest | undefined {
    const first = this.#delayed[0];
    if (first !== undefined && first.readyAt <= now) return this.#popDelayed();
    return this.#returned.shift();
  }

  /**
   * The next suspect that may join those in flight. Those of the smallest group go last: they are the likeliest, and
   * the engine's restarts should cost the others nothing.
   * @param smallestGroup the smallest that a suspect in flight may be in
   */
  takeSuspect(inFlight: number, smallestGroup: number): BatchRequest | undefined {
    if (inFlight === 0) this.#suspects.sort((a, b) => groupLimit(b) - groupLimit(a));
    const next = this.#suspects[0];
    if (next === undefined || inFlight >= Math.min(smallestGroup, groupLimit(next))) return undefined;
    return this.#suspects.shift();
  }

  #popDelayed(): BatchRequest | undefined {
    const first = this.#delayed[0];
    const last = this.#delayed.pop();
    if (last !== undefined && this.#delayed.length > 0) {
      this.#delayed[0] = last;
      this.#siftDown();
    }
    return first?.request;
  }

  #siftUp(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #siftDown(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = this.#readyAt(right) < this.#readyAt(left) ? right : left;
      if (child >= this.#delayed.length || !this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #readyAt(index: number): number {
    return this.#delayed[index]?.readyAt ?? Number.POSITIVE_INFINITY;
  }

  #swapIfLater(parent: number, child: number): boolean {
    const [above, below] = [this.#delayed[parent], this.#delayed[child]];
    if (above === undefined || below === undefined || above.readyAt <= below.readyAt) return false;
    this.#delayed[parent] = below;
    this.#delayed[child] = above;
    return true;
  }
}
