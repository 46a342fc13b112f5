/** Time as a thing that is passed in: decisions are tested on a clock that the test turns. */
export interface Clock {
  /** Monotonic, in milliseconds from any origin. */
  now(): number;
  /** The calendar, for what people read. */
  date(): Date;
  /** Calls back once after `delayMs`. Returns how to prevent it. */
  after(delayMs: number, callback: () => void): () => void;
}
