import type { RequestEffect } from "../faults/effect.ts";

/** One HTTP request and the way to answer it, as the handlers see it. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: Buffer;
  /** What the timeline does to this request. */
  readonly effect: RequestEffect;
  header(name: string): string | undefined;
  /** Answers with JSON that is already text. */
  json(body: string, status?: number): void;
  /** Answers with any other text, or none. */
  text(body: string, contentType: string | undefined, status?: number): void;
  /** Begins a stream of server-sent events. */
  stream(): EventStream;
  /** Calls back when the client goes away before the answer is complete. */
  onGone(listener: () => void): void;
  /** Answers with what a handler threw, also after it has returned. */
  fail(error: unknown): void;
}

export interface EventStream {
  /** Sends `data: …`, with `event: …` before it when a name is given. */
  send(data: string, event?: string): void;
  end(): void;
}
