import type { Service } from "../../../../server/src/simulator/api/service.ts";
import { parseServeArguments } from "../../../../server/src/simulator/arguments/parseServeArguments.ts";
import { settingsOf } from "../../../../server/src/simulator/arguments/settings.ts";
import { EngineMetrics } from "../../../../server/src/simulator/engine/engineMetrics.ts";
import { InstantEngine } from "../../../../server/src/simulator/engine/instantEngine.ts";
import type { RequestEffect } from "../../../../server/src/simulator/faults/effect.ts";
import { ApiError } from "../../../../server/src/simulator/http/apiError.ts";
import type { Exchange } from "../../../../server/src/simulator/http/exchange.ts";
import { HttpCounts } from "../../../../server/src/simulator/http/httpCounts.ts";
import { findRoute, routesFor } from "../../../../server/src/simulator/http/routes.ts";

export interface Seen {
  status: number;
  /** The JSON that was answered; for streams the data of each event. */
  body: unknown;
  events: string[];
}

/** A service with an engine that answers at once. */
export function serviceFor(...argv: string[]): Service {
  const parsed = parseServeArguments(["tiny", "--max-model-len", "512", ...argv]);
  if (parsed.kind === "refused") throw new Error(parsed.message);
  const settings = settingsOf(parsed.values, {});
  const httpCounts = new HttpCounts();
  for (let answer = 0; answer < 3; answer++) httpCounts.add("/v1/models", "GET", 2);
  const metrics = new EngineMetrics(settings.maxModelLen);
  return {
    settings,
    metrics,
    engine: new InstantEngine(metrics, () => 0),
    kvBlocks: 100,
    httpCounts,
    startSeconds: 1000,
    engineIsDead: () => false,
    residentBytes: () => 1,
    newId: () => "0123456789abcdef",
    nowSeconds: () => 2000,
  };
}

/** Asks a service without any HTTP. A text is sent as it is, anything else as JSON. */
export function ask(
  service: Service,
  method: string,
  path: string,
  body?: unknown,
  more: { headers?: Record<string, string>; effect?: RequestEffect } = {},
): Seen {
  const seen: Seen = { status: 0, body: undefined, events: [] };
  const headers: Record<string, string> = { "content-type": "application/json", ...more.headers };
  const exchange: Exchange = {
    method,
    path,
    body: Buffer.from(typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body)),
    effect: more.effect ?? {},
    header: (name) => headers[name],
    json: (text, status = 200) => Object.assign(seen, { status, body: JSON.parse(text) as unknown }),
    text: (text, _type, status = 200) => Object.assign(seen, { status, body: text }),
    stream: () => {
      seen.status = 200;
      return { send: (data) => seen.events.push(data), end: () => undefined };
    },
    onGone: () => undefined,
    fail: (error) => {
      if (!(error instanceof ApiError)) throw error;
      Object.assign(seen, { status: error.status, body: JSON.parse(error.body) as unknown });
    },
  };
  const found = findRoute(routesFor(service.settings.tasks), method, path);
  if (found.kind !== "route") throw new Error(`${method} ${path} is ${found.kind}.`);
  try {
    found.route.handler(service, exchange);
  } catch (error) {
    exchange.fail(error);
  }
  return seen;
}
