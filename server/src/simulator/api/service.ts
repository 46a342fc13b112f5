import type { Settings } from "../arguments/settings.ts";
import type { Engine } from "../engine/engine.ts";
import type { EngineMetrics } from "../engine/engineMetrics.ts";
import type { HttpCounts } from "../http/httpCounts.ts";

/** What all handlers work with. */
export interface Service {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly metrics: EngineMetrics;
  /** How many KV blocks the engine has. */
  readonly kvBlocks: number;
  readonly httpCounts: HttpCounts;
  /** When the process began, in seconds since 1970. */
  readonly startSeconds: number;
  /** The engine died and the server lives on (`keepServing` of the timeline). */
  engineIsDead(): boolean;
  residentBytes(): number;
  /** 16 hexadecimal digits, as vLLM's request ids. */
  newId(): string;
  /** Seconds since 1970. */
  nowSeconds(): number;
}

/** The version that the simulator stands in for, and its own mark. */
export const SIMULATED_VERSION = "0.32.0";
export const SYSTEM_FINGERPRINT = `vllm-${SIMULATED_VERSION}-simulated`;
