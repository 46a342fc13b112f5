import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestEffect } from "../faults/effect.ts";
import { messageOf } from "../../util/unknown.ts";
import { ApiError, errorBody } from "./apiError.ts";
import type { EventStream, Exchange } from "./exchange.ts";

/** How often a trickling answer sends a piece. */
const TRICKLE_EVERY_MS = 100;

/** An exchange over node:http, with uvicorn's headers. */
export class HttpExchange implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  readonly effect: RequestEffect;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #requestIds: boolean;
  readonly #onStatus: (status: number) => void;
  #answered = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    effect: RequestEffect,
    options: { path: string; requestIds: boolean; onStatus: (status: number) => void },
  ) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    this.path = options.path;
    this.body = body;
    this.effect = effect;
    this.#requestIds = options.requestIds;
    this.#onStatus = options.onStatus;
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name];
    return typeof value === "string" ? value : undefined;
  }

  json(body: string, status = 200): void {
    this.text(body, "application/json", status);
  }

  text(body: string, contentType: string | undefined, status = 200, more: Record<string, string> = {}): void {
    if (this.#answered) return;
    this.#answered = true;
    const headers = contentType === undefined ? more : { ...more, "content-type": contentType };
    const bytes = Buffer.byteLength(body);
    this.#head(status, headers, bytes);
    this.#send(body, bytes === body.length);
  }

  fail(error: unknown): void {
    if (error instanceof ApiError) this.json(error.body, error.status);
    else this.json(errorBody(500, "InternalServerError", messageOf(error), null), 500);
  }

  stream(): EventStream {
    this.#answered = true;
    this.#head(200, { "content-type": "text/event-stream; charset=utf-8" }, undefined);
    let events = 0;
    return {
      send: (data, event) => {
        const place = events++;
        if (place === this.effect.cutAfter) this.#cutStream();
        else if (place < (this.effect.cutAfter ?? Infinity)) {
          this.#response.write(`${event === undefined ? "" : `event: ${event}\n`}data: ${data}\n\n`);
        }
      },
      end: () => {
        if (events <= (this.effect.cutAfter ?? Infinity)) this.#response.end();
      },
    };
  }

  /** What was written before goes out first: Node gathers the writes of one turn. */
  #cutStream(): void {
    this.#response.flushHeaders();
    setImmediate(() => this.#response.destroy());
  }

  onGone(listener: () => void): void {
    this.#response.on("close", () => {
      if (!this.#response.writableFinished) listener();
    });
  }

  #head(status: number, headers: Record<string, string>, length: number | undefined): void {
    const requestId = this.#requestIds ? this.header("x-request-id") : undefined;
    this.#response.writeHead(status, {
      server: "uvicorn",
      ...(length === undefined ? {} : { "content-length": length }),
      ...headers,
      ...(status === 401 ? {} : { vary: "Origin" }),
      "x-simulated": "true",
      ...(requestId === undefined ? {} : { "x-request-id": requestId }),
    });
    this.#onStatus(status);
  }

  #send(body: string, isAscii: boolean): void {
    const { cutAfter, trickleBytesPerSecond } = this.effect;
    if (cutAfter !== undefined) {
      const bytes = Buffer.from(body).subarray(0, cutAfter);
      this.#response.write(bytes, () => this.#response.destroy());
    } else if (trickleBytesPerSecond !== undefined) {
      this.#trickle(Buffer.from(body), Math.max(1, Math.round((trickleBytesPerSecond * TRICKLE_EVERY_MS) / 1000)));
    } else if (this.method === "HEAD") {
      this.#response.end();
    } else {
      // As one text Node sends it in one piece with the head, which is a third of all work in instant mode.
      this.#response.end(body, isAscii ? "latin1" : "utf8");
    }
  }

  #trickle(bytes: Buffer, pieceBytes: number): void {
    if (bytes.length <= pieceBytes) {
      this.#response.end(bytes);
      return;
    }
    this.#response.write(bytes.subarray(0, pieceBytes));
    setTimeout(() => {
      if (!this.#response.destroyed) this.#trickle(bytes.subarray(pieceBytes), pieceBytes);
    }, TRICKLE_EVERY_MS);
  }
}
