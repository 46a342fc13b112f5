import type { Clock } from "../../util/clock.ts";
import type { Repeater } from "../../util/repeater.ts";
import type { Dispatcher } from "../dispatcher.ts";
import type { EngineClient } from "./engineClient.io.ts";

const EVERY_MS = 500;
const FIRST_EVERY_MS = 200;
const FIRST_LOOKS = 25;

/**
 * Looks at the engine's counters for the dispatcher: often at first, to find the engine's size; then as often as it
 * changes its mind. With a fixed number of requests in flight (`isSteered` is false) only when it is in doubt whether
 * the engine is at work: each look costs it some time.
 */
export function watchMetrics(
  isSteered: boolean,
  dispatcher: Dispatcher,
  { client, repeater, clock }: { client: EngineClient; repeater: Repeater; clock: Clock },
): void {
  let tokens = 0;
  let looks = 0;
  const delayMs = (): number => (looks < FIRST_LOOKS ? FIRST_EVERY_MS : EVERY_MS);
  repeater.every(delayMs, async () => {
    if (dispatcher.gate.held) return;
    looks += 1;
    const metrics = isSteered || dispatcher.wantsProgress ? await client.metrics() : null;
    if (metrics === null) return;
    const { promptTokens, generationTokens } = metrics;
    if (promptTokens + generationTokens > tokens && tokens > 0) dispatcher.progressed(clock.now());
    tokens = promptTokens + generationTokens;
    dispatcher.inFlight.observed(metrics, dispatcher.sending);
    dispatcher.pump();
  });
}
