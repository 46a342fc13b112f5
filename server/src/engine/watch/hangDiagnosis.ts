import type { Diagnosis } from "../../protocol/engine.ts";
import type { EngineSample } from "./engineMetrics.ts";

/** Why an engine that was found hanging is ended: its log may say nothing at all. */
export function hangDiagnosis(flatMs: number, sample: EngineSample | null, inFlightOfOurs: number): Diagnosis {
  const seconds = Math.round(flatMs / 1000);
  const there =
    sample === null || sample.running + sample.waiting === 0
      ? `${inFlightOfOurs} requests unanswered`
      : `${sample.running} requests running and ${sample.waiting} waiting`;
  return {
    cause: "engine_hang",
    confidence: sample === null ? "medium" : "high",
    summary: `The engine hangs: nothing has moved for ${seconds} s, with ${there}. Its process lives.`,
    evidence: [],
    facts: {
      timeoutSeconds: seconds,
      ...(sample === null ? {} : { running: sample.running, waiting: sample.waiting, genThroughput: 0 }),
    },
    remedies: [
      { text: "Update vLLM: most hangs were repaired within a version or two", change: null },
      { text: "Start with --enforce-eager", change: { flags: { "enforce-eager": true } } },
    ],
  };
}
