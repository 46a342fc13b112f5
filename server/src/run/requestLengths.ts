/** The longest request of a run: what it takes of the context, in tokens, and where it stands. */
export interface LongestRequest {
  line: number;
  /** Prompt and answer, estimated; see `neededTokens`. */
  tokens: number;
}

/** Buckets of 1.1 %: a thousand of them hold all lengths there are. */
const BUCKETS_PER_DOUBLING = 64;

/** How long the requests of a run are, gathered while its file is checked. */
export class RequestLengths {
  readonly #counts = new Map<number, number>();
  readonly #most: number;
  readonly #onLongest: (longest: LongestRequest) => void;
  #taken = 0;
  #longest: LongestRequest | null = null;
  #last: LongestRequest | null = null;

  /**
   * @param most only the first so many requests are sent
   * @param onLongest is told each request that is longer than all before
   */
  constructor(most: number, onLongest: (longest: LongestRequest) => void) {
    this.#most = most;
    this.#onLongest = onLongest;
  }

  /** The next request of the file. It counts unless it is dropped before the one after it. */
  add(line: number, tokens: number): void {
    this.#take();
    this.#last = { line, tokens };
  }

  /** The request on this line has errors, and is not sent. */
  drop(line: number): void {
    if (this.#last?.line === line) this.#last = null;
  }

  /** The file is at its end. */
  end(): void {
    this.#take();
  }

  /** null: there is none. */
  get longest(): LongestRequest | null {
    return this.#longest;
  }

  /** How many requests need more than this, to about one per cent of the length. */
  longerThan(tokens: number): number {
    const bucket = bucketOf(tokens);
    let count = 0;
    for (const [one, requests] of this.#counts) if (one > bucket) count += requests;
    // Of the bucket that the limit itself is in, only the longest is known to the token.
    return count === 0 && (this.#longest?.tokens ?? 0) > tokens ? 1 : count;
  }

  #take(): void {
    const last = this.#last;
    this.#last = null;
    if (last === null || this.#taken >= this.#most) return;
    this.#taken += 1;
    const bucket = bucketOf(last.tokens);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    if (last.tokens <= (this.#longest?.tokens ?? 0)) return;
    this.#longest = last;
    this.#onLongest(last);
  }
}

function bucketOf(tokens: number): number {
  return Math.floor(Math.log2(Math.max(1, tokens)) * BUCKETS_PER_DOUBLING);
}
