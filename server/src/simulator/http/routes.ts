import type { Task } from "../arguments/settings.ts";
import { chatCompletion } from "../api/chat.ts";
import { listModels } from "../api/models.ts";
import { health, load, metrics, version } from "../api/plainRoutes.ts";
import type { Service } from "../api/service.ts";
import type { Exchange } from "./exchange.ts";

export type Handler = (service: Service, exchange: Exchange) => void;

export interface Route {
  path: string;
  method: "GET" | "POST";
  handler: Handler;
  /** Registered only when the model can do this; without it, always. */
  task?: Task;
  /** Makes the engine work: these requests are counted by the timeline. */
  works?: boolean;
}

/** In the order in which vLLM 0.32 lists them at its start; those that the simulator does not serve are left out. */
const all: readonly Route[] = [
  { path: "/load", method: "GET", handler: load },
  { path: "/version", method: "GET", handler: version },
  { path: "/health", method: "GET", handler: health },
  { path: "/metrics", method: "GET", handler: metrics },
  { path: "/v1/models", method: "GET", handler: listModels },
  { path: "/ping", method: "GET", handler: health },
  { path: "/ping", method: "POST", handler: health },
  { path: "/v1/chat/completions", method: "POST", handler: chatCompletion, task: "generate", works: true },
];

/** The routes of a model that can do these tasks. */
export function routesFor(tasks: readonly Task[]): Route[] {
  return all.filter((route) => route.task === undefined || tasks.includes(route.task));
}

export type FoundRoute =
  | { kind: "route"; route: Route }
  | { kind: "wrong-method"; allow: string }
  /** The same path without the slash at its end exists. */
  | { kind: "redirect"; path: string }
  | { kind: "unknown" };

/** Finds a route as Starlette does: a known path with another method is a 405 that names the method of the first. */
export function findRoute(routes: readonly Route[], method: string, path: string): FoundRoute {
  // vLLM mounts the metrics, so that everything below them answers too.
  const wanted = path === "/metrics/" ? "/metrics" : path;
  let samePath: Route | undefined;
  for (const route of routes) {
    if (route.path !== wanted) continue;
    if (route.method === method) return { kind: "route", route };
    samePath ??= route;
  }
  if (samePath !== undefined) return { kind: "wrong-method", allow: samePath.method };
  const bare = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : undefined;
  if (bare !== undefined && routes.some((route) => route.path === bare)) return { kind: "redirect", path: bare };
  return { kind: "unknown" };
}
