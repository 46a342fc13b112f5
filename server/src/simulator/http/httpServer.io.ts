import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Service } from "../api/service.ts";
import type { RequestEffect } from "../faults/effect.ts";
import { engineDead } from "./apiError.ts";
import { HttpExchange } from "./httpExchange.io.ts";
import { isAuthorised } from "./authorisation.ts";
import { findRoute, type Route } from "./routes.ts";

/** uvicorn's time-out of idle connections, which vLLM leaves at 5 s. */
const KEEP_ALIVE_MS = 5000;

export interface ServerHooks {
  /** Decides what the timeline does to a request; called once for each that makes the engine work. */
  effectOf(body: Buffer): RequestEffect;
  /** Takes a line of uvicorn's access log; absent when there is none. */
  logAccess: ((line: () => string) => void) | undefined;
}

/** The HTTP face. The caller listens and closes. */
export function createHttpServer(service: Service, routes: readonly Route[], hooks: ServerHooks): Server {
  const server = createServer({ keepAlive: true }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [only] = chunks;
      const body = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
      answer(service, routes, hooks, request, response, body);
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.keepAliveTimeoutBuffer = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.on("connection", (socket) => socket.setNoDelay(true));
  return server;
}

function answer(
  service: Service,
  routes: readonly Route[],
  hooks: ServerHooks,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  // uvicorn says neither Connection nor Keep-Alive, so that clients cannot know when it will hang up.
  response.removeHeader("connection");
  const url = request.url ?? "/";
  const question = url.indexOf("?");
  const path = question === -1 ? url : url.slice(0, question);
  const method = request.method ?? "GET";
  const found = findRoute(routes, method, path);
  const route = found.kind === "route" ? found.route : undefined;
  const authorised = isAuthorised(service.settings.apiKeys, method, path, request.headers.authorization);
  const effect = authorised && route?.works === true ? hooks.effectOf(body) : {};
  const exchange = new HttpExchange(request, response, body, effect, {
    path,
    requestIds: service.settings.requestIdHeaders,
    onStatus: (status) => {
      service.httpCounts.add(route?.path ?? "none", method, Math.floor(status / 100));
      hooks.logAccess?.(() => accessLine(request, status));
    },
  });
  if (!authorised) exchange.json('{"error":"Unauthorized"}', 401);
  else if (found.kind === "route") runRoute(service, found.route, exchange, response);
  else refuse(exchange, found, request.headers.host ?? "localhost");
}

function runRoute(service: Service, route: Route, exchange: HttpExchange, response: ServerResponse): void {
  const { reset, status, delayMs } = exchange.effect;
  if (reset === true) {
    response.socket?.resetAndDestroy();
  } else if (service.engineIsDead() && route.works === true) {
    exchange.fail(engineDead());
  } else if (status !== undefined) {
    const more = status.retryAfterSeconds === undefined ? {} : { "retry-after": String(status.retryAfterSeconds) };
    const type = status.body === undefined ? undefined : "application/json";
    exchange.text(status.body ?? "", type, status.status, more);
  } else if (delayMs === undefined) {
    handle(service, route, exchange);
  } else {
    setTimeout(() => handle(service, route, exchange), delayMs);
  }
}

function handle(service: Service, route: Route, exchange: HttpExchange): void {
  try {
    route.handler(service, exchange);
  } catch (error) {
    exchange.fail(error);
  }
}

function refuse(
  exchange: HttpExchange,
  found: Exclude<ReturnType<typeof findRoute>, { kind: "route" }>,
  host: string,
): void {
  switch (found.kind) {
    case "redirect":
      exchange.text("", undefined, 307, { location: `http://${host}${found.path}` });
      break;
    case "wrong-method":
      exchange.text('{"detail":"Method Not Allowed"}', "application/json", 405, { allow: found.allow });
      break;
    case "unknown":
      exchange.json('{"detail":"Not Found"}', 404);
      break;
  }
}

function accessLine(request: IncomingMessage, status: number): string {
  const { remoteAddress = "", remotePort = 0 } = request.socket;
  const target = `${request.method ?? ""} ${request.url ?? ""} HTTP/${request.httpVersion}`;
  return `INFO:     ${remoteAddress}:${remotePort} - "${target}" ${status} ${STATUS_CODES[status] ?? ""}`;
}
