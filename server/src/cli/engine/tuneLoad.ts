import { EngineHttp } from "../../engine/http/engineHttp.io.ts";
import type { Supervisor } from "../../engine/managed/io/supervisor.io.ts";
import { judgeFailure } from "../../engine/tune/contextFailure.ts";
import { fillingRequests, requestsAtOnce, type FillingAnswer } from "../../engine/tune/contextLoad.ts";
import { fillContext } from "../../engine/tune/io/fillContext.io.ts";
import { measuredBlockTokens } from "../../engine/tune/kvBlocks.ts";
import type { TriedContext } from "../../engine/tune/triedContext.ts";
import type { MeasuredCapacity } from "../../protocol/engine.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { systemClock } from "../../util/systemClock.ts";
import { CliError } from "../verb.ts";
import type { TuneDesk } from "./tuneOrder.ts";
import { unlessAborted } from "./unlessAborted.ts";
import { untilSettled } from "./untilSettled.ts";

/** An engine that dies breaks its connections a moment before its end is seen (vLLM 0.32: 1.3 s). */
const END_AFTER_BROKEN_MS = 5_000;
const METRICS_TIMEOUT_MS = 5_000;

interface ReadyEngine {
  capacity: MeasuredCapacity;
  /** null: the model's own length, of which the log said nothing. */
  asked: number | null;
  startSeconds: number;
}

/** Fills the context of an engine that is ready, several times at once. null: it was interrupted. Throws CliError. */
export async function loadContext(
  engine: Supervisor,
  { capacity, asked, startSeconds }: ReadyEngine,
  { signal, onProgress }: Pick<TuneDesk, "signal" | "onProgress">,
): Promise<TriedContext | null> {
  const length = capacity.maxModelLen ?? asked;
  const [model] = engine.servedModels;
  if (length === null || model === undefined) {
    throw new CliError("The engine does not say how long its context is: it cannot be filled.", ExitCode.engineFailed);
  }
  const requests = fillingRequests(model, length, requestsAtOnce(capacity.maxConcurrency));
  const http = new EngineHttp(engine.address, engine.apiKey, requests.length);
  try {
    const metrics = await http.ask("/metrics", { timeoutMs: METRICS_TIMEOUT_MS });
    const blockTokens = typeof metrics === "string" ? null : measuredBlockTokens(metrics.text);
    const startedMs = systemClock.now();
    let open = requests.length;
    engine.inFlight(open);
    onProgress(`it answers ${open} requests of ${length} tokens each`);
    const filled = fillContext(http, requests, () => {
      engine.inFlight(--open);
      engine.answersSaved(1);
    });
    const answer = await unlessAborted(filled, signal);
    if (answer === null) return null;
    const loadSeconds = (systemClock.now() - startedMs) / 1000;
    const { kvCacheTokens } = capacity;
    const facts = { startSeconds, loadSeconds, requests: requests.length, kvCacheTokens, blockTokens };
    return { ...facts, ...(await judge(engine, answer, length, kvCacheTokens)) };
  } finally {
    await http.close();
  }
}

async function judge(
  engine: Supervisor,
  answer: FillingAnswer,
  length: number,
  kvCacheTokens: number | null,
): Promise<Pick<TriedContext, "outcome" | "hint" | "why">> {
  switch (answer.kind) {
    case "complete":
      return { outcome: { kind: "worked", length }, hint: kvCacheTokens, why: "" };
    case "refused": {
      const why = `It refuses requests that fill its context (${answer.why}), so no length can be tried.`;
      return { outcome: { kind: "unrelated" }, hint: null, why };
    }
    case "broken": {
      await untilSettled(engine, AbortSignal.timeout(END_AFTER_BROKEN_MS), () => false);
      const { failure, diagnosis } = engine;
      if (failure !== null && diagnosis !== null) {
        return { ...judgeFailure(diagnosis, { length, wasReady: true }), why: failure };
      }
      return { outcome: { kind: "tooLong", length, most: null }, hint: null, why: `Under load: ${answer.why}.` };
    }
  }
}
