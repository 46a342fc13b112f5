import { Agent, request } from "undici";
import type { EngineAddress } from "../../protocol/engine.ts";
import { connectionFault } from "./connectionFault.ts";

export interface Reply {
  statusCode: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export interface AskOptions {
  timeoutMs: number;
  /** Sent as JSON, by POST; else it is a GET. */
  body?: unknown;
}

/** More than any list of models or page of metrics has; a page that does not end is no answer. */
const MOST_BYTES = 16 * 2 ** 20;

/** Asks an engine about itself, over TCP or its socket, beside the requests of any run. */
export class EngineHttp {
  readonly #url: string;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;

  /** @param connections how many may be asked at once */
  constructor(address: EngineAddress, apiKey: string | null, connections = 4) {
    this.#url = address.url;
    this.#headers = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
    this.#agent = new Agent({
      connections,
      allowH2: false,
      // vLLM closes a connection after 5 s without use (uvicorn's default).
      keepAliveTimeout: 2_000,
      keepAliveMaxTimeout: 2_000,
      // Each question has its own time; by itself undici gives up after 5 minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(address.socketPath === null ? {} : { connect: { socketPath: address.socketPath } }),
    });
  }

  /** The answer, whatever its status; in words, why there is none. Never rejects, follows no redirect. */
  async ask(path: string, { timeoutMs, body }: AskOptions): Promise<Reply | string> {
    try {
      const answer = await request(this.#url + path, {
        dispatcher: this.#agent,
        method: body === undefined ? "GET" : "POST",
        headers: body === undefined ? this.#headers : { ...this.#headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      });
      let text = "";
      for await (const chunk of answer.body.setEncoding("utf8")) {
        text += String(chunk);
        if (text.length > MOST_BYTES) return "its answer does not end";
      }
      return { statusCode: answer.statusCode, headers: answer.headers, text };
    } catch (error) {
      if (error instanceof Error && error.name === "TimeoutError") return `no answer in ${timeoutMs / 1000} s`;
      return connectionFault(error).message;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}
