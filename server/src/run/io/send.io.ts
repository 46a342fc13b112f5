import { Pool, type Dispatcher } from "undici";
import { bodyKindOf } from "../../batch/endpoints.ts";
import type { EngineAddress } from "../../protocol/engine.ts";
import { connectionTo, isSameAddress } from "../engineAddress.ts";
import { failureOf } from "../httpFailure.ts";
import type { Abort, Send } from "../ports.ts";
import type { BatchRequest } from "../request.ts";
import type { SendFailure, SendResult } from "../sendResult.ts";

/** Below the 5 s after which vLLM's server closes an idle connection: we should be the one who does. */
const IDLE_CONNECTION_MS = 4_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A JavaScript string ends at 512 Mi characters, and a line of the output file holds a little more than the answer. */
const LARGEST_ANSWER_BYTES = 256 << 20;

export interface SenderOptions {
  address: EngineAddress;
  apiKey: string | null;
  connections: number;
  requestTimeoutMs: number;
  /** Turns the body of an audio request, which names a file, into the form that the server takes. */
  audioForm: (
    request: BatchRequest,
    signal: AbortSignal,
  ) => Promise<{ body: Buffer; contentType: string } | SendFailure>;
}

/** Sends requests over as many connections as there are requests in flight, one at a time on each. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #authorization: readonly string[];
  readonly #closing = new Set<Promise<void>>();
  #address: EngineAddress;
  #basePath: string;
  #pool: Pool;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#authorization = options.apiKey === null ? [] : ["authorization", `Bearer ${options.apiKey}`];
    this.#address = options.address;
    this.#basePath = basePathOf(options.address);
    this.#pool = openPool(options.address, options.connections);
  }

  readonly send: Send = (request, requestId, onResult) => {
    const call = new Call(this.#options.requestTimeoutMs, onResult);
    const kind = bodyKindOf(request.url);
    if (kind === "transcription" || kind === "translation") void this.#sendForm(request, requestId, call);
    else this.#dispatch(request.url, requestId, request.body, "application/json", call);
    return call.abort;
  };

  /** From now on requests go there. Breaks those that are on their way to where they went before. */
  moveTo(address: EngineAddress): void {
    if (isSameAddress(address, this.#address)) return;
    const closing = this.#pool.destroy();
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
    this.#address = address;
    this.#basePath = basePathOf(address);
    this.#pool = openPool(address, this.#options.connections);
  }

  /** Breaks what is still open. */
  async close(): Promise<void> {
    await Promise.all([this.#pool.destroy(), ...this.#closing]);
  }

  async #sendForm(request: BatchRequest, requestId: string, call: Call): Promise<void> {
    const form = await this.#options.audioForm(request, call.signal());
    if ("failure" in form) call.finish(form);
    else this.#dispatch(request.url, requestId, form.body, form.contentType, call);
  }

  #dispatch(path: string, requestId: string, body: Buffer, contentType: string, call: Call): void {
    if (call.over) return;
    const headers = ["content-type", contentType, "x-request-id", requestId, ...this.#authorization];
    this.#pool.dispatch({ method: "POST", path: this.#basePath + path, headers, body }, call);
  }
}

function basePathOf({ url }: EngineAddress): string {
  const { pathname } = new URL(url);
  return pathname === "/" ? "" : pathname;
}

function openPool(address: EngineAddress, connections: number): Pool {
  return new Pool(new URL(address.url).origin, {
    ...connectionTo(address),
    connections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // An answer's headers come with its last token. The run has a deadline of its own for each request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** One request on its way, as the HTTP client sees it. */
class Call implements Dispatcher.DispatchHandler {
  readonly #timeoutMs: number;
  readonly #onResult: (result: SendResult) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #aborter: AbortController | null = null;
  #statusCode = 0;
  #retryAfter: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  over = false;

  constructor(timeoutMs: number, onResult: (result: SendResult) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onResult = onResult;
  }

  readonly abort: Abort = (reason) => {
    if (reason === "lost") {
      this.#giveUp({ kind: "failure", failure: "reset", message: "the engine that was at work on it is gone" });
      return;
    }
    const late = `no answer within ${Math.round(this.#timeoutMs / 1000)} s`;
    this.#giveUp({ kind: "failure", failure: "deadline", message: reason === "deadline" ? late : "stopped" });
  };

  /** For what has to be done before the request can go out. */
  signal(): AbortSignal {
    this.#aborter ??= new AbortController();
    return this.#aborter.signal;
  }

  finish(result: SendResult): void {
    if (this.over) return;
    this.over = true;
    this.#onResult(result);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.over) controller.abort(new Error("No longer wanted."));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#statusCode = statusCode;
    const retryAfter = headers["retry-after"];
    this.#retryAfter = typeof retryAfter === "string" ? retryAfter : undefined;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= LARGEST_ANSWER_BYTES) {
      this.#chunks.push(chunk);
      return;
    }
    const message = `The answer is larger than ${LARGEST_ANSWER_BYTES >> 20} MiB.`;
    this.#giveUp({ kind: "failure", failure: "tooLarge", message });
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.finish({
      kind: "answer",
      statusCode: this.#statusCode,
      retryAfter: this.#retryAfter,
      text: bytes.toString("utf8"),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.finish(failureOf(error, this.#statusCode !== 0));
  }

  #giveUp(result: SendFailure): void {
    if (this.over) return;
    this.finish(result);
    const reason = new Error(result.message);
    this.#controller?.abort(reason);
    this.#aborter?.abort(reason);
  }
}
