/** What OneServer needs of a client (vscode-languageclient). */
export interface ServerClient {
  /** Starts it, or waits for the start that goes on. */
  start(): Promise<void>;
  /** It runs, or is being started. */
  needsStop(): boolean;
  dispose(): Promise<void>;
}

export interface OneServerParts<Client> {
  /** Makes a client that is not started yet; it can ask whether it still is the one. */
  make: (isCurrent: () => boolean) => Promise<Client>;
  /** The one that is needed could not be started. */
  onStartFailed: () => void;
  onEndFailed: (error: unknown) => void;
}

/**
 * Keeps to one server at a time: it is started when first needed, and after its end the next one only when that one is
 * gone. Pure: what makes a client is passed in.
 */
export class OneServer<Client extends ServerClient> {
  readonly #parts: OneServerParts<Client>;
  /** Each server has its turn; one whose turn is over may still tell of itself. */
  #turn = 0;
  #starting: Promise<Client> | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(parts: OneServerParts<Client>) {
    this.#parts = parts;
  }

  /** The one that runs or starts; null when there is none. */
  get current(): Promise<Client> | null {
    return this.#starting;
  }

  /** Resolves when the server runs. Rejects when it cannot be started; then the next call tries again. */
  client(): Promise<Client> {
    this.#starting ??= this.#start(this.#turn, this.#ended);
    return this.#starting;
  }

  /** Ends the server, if there is one. Never rejects. */
  async end(): Promise<void> {
    const starting = this.#starting;
    this.#turn += 1;
    this.#starting = null;
    if (starting !== null) {
      // One that could not be started was ended at once.
      this.#ended = starting.then(
        (client) => this.#end(client),
        () => undefined,
      );
    }
    await this.#ended;
  }

  async #start(turn: number, ended: Promise<void>): Promise<Client> {
    const isCurrent = () => this.#turn === turn;
    await ended;
    try {
      return await this.#run(await this.#parts.make(isCurrent));
    } catch (error) {
      if (isCurrent()) {
        this.#turn += 1;
        this.#starting = null;
        this.#parts.onStartFailed();
      }
      throw error;
    }
  }

  async #run(client: Client): Promise<Client> {
    try {
      await client.start();
      return client;
    } catch (error) {
      await this.#end(client);
      throw error;
    }
  }

  async #end(client: Client): Promise<void> {
    const { onEndFailed } = this.#parts;
    // One that is being started again refuses to be ended, and would be there for ever.
    if (client.needsStop()) await client.start().catch(onEndFailed);
    await client.dispose().catch(onEndFailed);
  }
}
