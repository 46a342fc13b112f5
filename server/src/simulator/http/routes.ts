import type { Task } from "../arguments/settings.ts";
import { transcription, translation } from "../api/audio.ts";
import { chatCompletion } from "../api/chat.ts";
import { completion } from "../api/completions.ts";
import { embeddings } from "../api/embeddings.ts";
import { listModels } from "../api/models.ts";
import { health, load, metrics, version } from "../api/plainRoutes.ts";
import { response, storedResponse } from "../api/responses.ts";
import { rerank, score } from "../api/scoring.ts";
import type { Service } from "../api/service.ts";
import { detokenizeRequest, tokenizeRequest } from "../api/tokenization.ts";
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
  { path: "/tokenize", method: "POST", handler: tokenizeRequest },
  { path: "/detokenize", method: "POST", handler: detokenizeRequest },
  { path: "/v1/models", method: "GET", handler: listModels },
  { path: "/ping", method: "GET", handler: health },
  { path: "/ping", method: "POST", handler: health },
  { path: "/v1/chat/completions", method: "POST", handler: chatCompletion, task: "generate", works: true },
  { path: "/v1/responses", method: "POST", handler: response, task: "generate", works: true },
  { path: "/v1/responses/{response_id}", method: "GET", handler: storedResponse, task: "generate" },
  { path: "/v1/completions", method: "POST", handler: completion, task: "generate", works: true },
  { path: "/v1/audio/transcriptions", method: "POST", handler: transcription, task: "transcription", works: true },
  { path: "/v1/audio/translations", method: "POST", handler: translation, task: "transcription", works: true },
  { path: "/v1/embeddings", method: "POST", handler: embeddings, task: "embed", works: true },
  { path: "/score", method: "POST", handler: score, task: "embed", works: true },
  { path: "/v1/score", method: "POST", handler: score, task: "embed", works: true },
  { path: "/rerank", method: "POST", handler: rerank, task: "embed", works: true },
  { path: "/v1/rerank", method: "POST", handler: rerank, task: "embed", works: true },
  { path: "/v2/rerank", method: "POST", handler: rerank, task: "embed", works: true },
];

/** The routes of a model that can do these tasks. */
export function routesFor(tasks: readonly Task[]): Route[] {
  return all.filter((route) => route.task === undefined || tasks.includes(route.task));
}

/** `/v1/responses/{response_id}` stands for one more step of any name. */
function matchesTemplate(template: string, path: string): boolean {
  const brace = template.indexOf("{");
  return (
    brace !== -1 && path.startsWith(template.slice(0, brace)) && !path.slice(brace).includes("/") && path.length > brace
  );
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
    if (route.path !== wanted && !matchesTemplate(route.path, wanted)) continue;
    if (route.method === method) return { kind: "route", route };
    samePath ??= route;
  }
  if (samePath !== undefined) return { kind: "wrong-method", allow: samePath.method };
  const bare = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : undefined;
  if (bare !== undefined && routes.some((route) => route.path === bare)) return { kind: "redirect", path: bare };
  return { kind: "unknown" };
}
