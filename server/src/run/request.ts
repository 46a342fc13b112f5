/** A request on its way: the line of the batch file, and what has become of it so far. */
export class BatchRequest {
  /** Line of the batch file, from 1. */
  readonly line: number;
  readonly customId: string;
  readonly url: string;
  /** Of this request alone: not a view of a chunk that would be kept alive by it. */
  readonly body: Buffer;

  /** Tries that count: an engine that was away spends none. */
  attempts = 0;
  /** How often it was handed to the engine, whatever came of it. */
  sends = 0;
  /** Why tries failed, oldest first. */
  causes: string[] = [];
  /** Sent again at once because the connection broke before any byte of the answer. */
  resends = 0;
  /** Answers 429 in a row. */
  waits = 0;
  /** How often it had no answer in time although it went ahead of all others. */
  lateAlone = 0;

  /** Engine deaths that it was in flight at. */
  deaths = 0;
  /** The newest of them, so that one death counts once. */
  lastDeath = 0;
  /** How many requests were in flight at that death. */
  deathPeers = 0;
  /** Of the deaths, those at which it was already suspected and nothing else was in flight. */
  aloneDeaths = 0;

  constructor(line: number, customId: string, url: string, body: Buffer) {
    this.line = line;
    this.customId = customId;
    this.url = url;
    this.body = body;
  }
}
