import type { Exchange } from "../http/exchange.ts";
import { blockHashes } from "../text/blockHashes.ts";
import { engineDead } from "../http/apiError.ts";
import { admit } from "./generation.ts";
import type { Service } from "./service.ts";

/** Lets the engine read the texts (one request each) and calls back when all are read. */
export function readAll(
  service: Service,
  exchange: Exchange,
  texts: readonly { text: string; tokens: number }[],
  onDone: () => void,
): void {
  admit(service, texts.length);
  const aborts: (() => void)[] = [];
  let left = texts.length;
  let over = false;
  exchange.onGone(() => {
    over = true;
    for (const abort of aborts) abort();
  });
  const { settings, engine } = service;
  for (const { text, tokens } of texts) {
    const request = {
      promptTokens: tokens,
      blockHashes: settings.prefixCaching ? blockHashes(text, tokens, settings.blockSize) : [],
      outputTokens: 0,
      finishReason: "stop" as const,
      streams: false,
      maxTokens: 0,
      choices: 0,
    };
    const abort = engine.submit(request, {
      onTokens: () => undefined,
      onEnd: (outcome) => {
        if (over) return;
        if (outcome === "finished") {
          if (--left === 0) onDone();
          return;
        }
        over = true;
        exchange.fail(engineDead());
      },
    });
    aborts.push(abort);
  }
}

/** The usage of requests that generate nothing. */
export function poolingUsage(promptTokens: number): object {
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens,
    completion_tokens: 0,
    prompt_tokens_details: null,
    completion_tokens_details: null,
  };
}
