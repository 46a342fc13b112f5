import type { Exchange } from "../http/exchange.ts";
import { metricsText } from "../http/metricsText.ts";
import { type Service, SIMULATED_VERSION } from "./service.ts";

/** `GET /health`: 503 only when the engine is known to be dead; a hung one stays 200, as vLLM's does. */
export function health(service: Service, exchange: Exchange): void {
  exchange.text("", undefined, service.engineIsDead() ? 503 : 200);
}

/** `GET /version`. */
export function version(_service: Service, exchange: Exchange): void {
  exchange.json(`{"version":"${SIMULATED_VERSION}+simulated"}`);
}

/** `GET /load`: vLLM counts only with --enable-server-load-tracking, and answers 0 without it. */
export function load(_service: Service, exchange: Exchange): void {
  exchange.json('{"server_load":0}');
}

/** `GET /metrics`. */
export function metrics(service: Service, exchange: Exchange): void {
  // Below the mount point Python's own exporter answers, which names the older format.
  const version = exchange.path === "/metrics" ? "1.0.0" : "0.0.4";
  const page = metricsText(service, service.startSeconds, service.residentBytes());
  exchange.text(page, `text/plain; version=${version}; charset=utf-8`);
}
