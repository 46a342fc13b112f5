import type { Exchange } from "../http/exchange.ts";
import type { Service } from "./service.ts";

/** vLLM's id of an answer: the client's X-Request-Id or the body's request_id when there is one. */
export function answerId(service: Service, exchange: Exchange, prefix: string, fromBody?: string): string {
  return `${prefix}-${exchange.header("x-request-id") ?? fromBody ?? service.newId()}`;
}
