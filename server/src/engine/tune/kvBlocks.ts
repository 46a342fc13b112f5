import type { Profile } from "../../protocol/engine.ts";
import { BLOCK_TOKENS } from "../model/kvCache.ts";
import { numberFlag } from "../recover/settings.ts";

/** Tokens in a block of the KV cache, before an engine has said it: as set, else vLLM's default on GPUs. */
export function plannedBlockTokens(profile: Profile): number {
  return numberFlag(profile, "block-size") ?? BLOCK_TOKENS;
}

/** The same by `/metrics` of an engine that runs (`vllm:cache_config_info`); null: it does not say. */
export function measuredBlockTokens(metrics: string): number | null {
  const found = /^vllm:cache_config_info\{[^\n]*\bblock_size="(\d{1,6})"/m.exec(metrics);
  const tokens = Number(found?.[1] ?? 0);
  return tokens > 0 ? tokens : null;
}
