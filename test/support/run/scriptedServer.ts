import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { EngineAddress } from "../../../server/src/protocol/engine.ts";
import { property } from "../../../server/src/util/unknown.ts";

/** One chat request as the server got it. */
export interface Received {
  /** The number in the prompt: `request 17`. */
  index: number;
  /** How often this index came before. */
  before: number;
  headers: IncomingMessage["headers"];
  body: unknown;
  raw: string;
}

/** What becomes of it. Return undefined to have it answered well. */
export type Script = (received: Received, response: ServerResponse, request: IncomingMessage) => "handled" | undefined;

/** An OpenAI-compatible server whose every answer the test decides. */
export class ScriptedServer {
  readonly received: Received[] = [];
  script: Script = () => undefined;
  /** Status of /health; null closes the connection. */
  health: number | null = 200;
  models: string[] | null = ["tiny"];
  version: string | null = null;
  metrics: string | null = null;
  readonly #server = createServer((request, response) => this.#serve(request, response));
  readonly #socketPath: string | null;
  #port = 0;

  constructor(socketPath: string | null = null) {
    this.#socketPath = socketPath;
  }

  /** @param socketPath listens on this Unix domain socket, not on a port */
  static async start(socketPath: string | null = null): Promise<ScriptedServer> {
    const server = new ScriptedServer(socketPath);
    await server.listen();
    return server;
  }

  get url(): string {
    return this.#socketPath === null ? `http://127.0.0.1:${this.#port}` : "http://localhost";
  }

  get address(): EngineAddress {
    return { url: this.url, socketPath: this.#socketPath };
  }

  /** Listens again where it did. */
  async listen(): Promise<void> {
    if (this.#socketPath === null) this.#server.listen(this.#port, "127.0.0.1");
    else this.#server.listen(this.#socketPath);
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
  }

  /** As if the process had been killed: every connection breaks, and nobody listens. */
  async die(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async stop(): Promise<void> {
    if (this.#server.listening) await this.die();
  }

  /** Indexes in the order of their arrival. */
  indexes(): number[] {
    return this.received.map(({ index }) => index);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "POST") {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => this.#post(Buffer.concat(chunks).toString(), request, response));
      return;
    }
    const { health, models, version, metrics } = this;
    if (request.url === "/health" && health === null) response.destroy();
    else if (request.url === "/health") sendJson(response, health ?? 200, {});
    else if (request.url === "/v1/models" && models !== null) {
      sendJson(response, 200, { object: "list", data: models.map((id) => ({ id, object: "model" })) });
    } else if (request.url === "/version" && version !== null) sendJson(response, 200, { version });
    else if (request.url === "/metrics" && metrics !== null) response.end(metrics);
    else sendJson(response, 404, { detail: "Not Found" });
  }

  #post(raw: string, request: IncomingMessage, response: ServerResponse): void {
    const index = Number(/request (\d+)/.exec(raw)?.[1] ?? -1);
    const before = this.received.filter((other) => other.index === index).length;
    const body: unknown = raw.startsWith("{") ? JSON.parse(raw) : raw;
    const received = { index, before, headers: request.headers, body, raw };
    this.received.push(received);
    if (this.script(received, response, request) === undefined && !response.writableEnded && !response.destroyed) {
      sendAnswer(response, received);
    }
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown, headers = {}): "handled" {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
  return "handled";
}

export function sendError(response: ServerResponse, status: number, message: string, headers = {}): "handled" {
  return sendJson(response, status, { error: { message, type: "T", param: null, code: status } }, headers);
}

export function sendAnswer(
  response: ServerResponse,
  received: Received,
  finishReason: string | null = "stop",
): "handled" {
  return sendJson(response, 200, {
    id: "chatcmpl-1",
    object: "chat.completion",
    model: property(received.body, "model"),
    choices: [
      { index: 0, message: { role: "assistant", content: `answer ${received.index}` }, finish_reason: finishReason },
    ],
    usage: { prompt_tokens: 5, total_tokens: 8, completion_tokens: 3 },
  });
}
