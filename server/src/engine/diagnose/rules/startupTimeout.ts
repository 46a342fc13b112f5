import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Transcript } from "../transcript/types.ts";
import { capturedNumber, firstMatch, wordsOf } from "../words.ts";

const own = [
  /Timed out waiting for engines? (?:core )?(?:to send|processes|to start)/i,
  /Timed out after [\d.]+ ?s waiting for API server/,
  /Did not receive response from front-end process within (\d+) minutes/,
  /Timed out waiting for .{0,60}(?:startup|ready|READY|initial|handshake)/,
  /(?:Engine|EngineCore|Server|vLLM|Worker)\w* .{0,60}(?:did not|didn't|failed to) (?:start|become ready|get ready|initialize|respond).{0,40}(?:within|in|after) [\d.]+ ?(?:s|sec|min)/i,
  /DP Coordinator process failed to report ZMQ addresses/,
  /engine (?:startup|start-up|ready) time(?:d )?-?out/i,
];
/** Said by what supervises the engine. */
const foreign = [
  /start operation timed out\. Terminating/,
  /Failed with result 'timeout'/,
  /start-pre operation timed out/,
  /(?:failed startup probe|Startup probe failed).{0,200}/,
  /(?:not ready|not healthy|no answer|unhealthy) (?:after|within) [\d.]+ ?(?:s|sec|min)/i,
  /(?:gave up|giving up|given up) (?:waiting |after ).{0,40}\d+ ?(?:s|sec|min)/i,
  /(?:timed out|timeout) (?:waiting for|after) .{0,60}(?:health|ready|start|server|port)/i,
  /(?:health|ready|startup).{0,40}(?:timed out|timeout)/i,
  /^timeout: sending signal/,
  /[Nn]icht bereit (?:nach|innerhalb)|Zeitüberschreitung beim (?:Start|Warten)/,
];

/** The start was given up because it took too long. */
export const startupTimeout: Rule = {
  cause: "startup_timeout",
  judge(failure, log) {
    const words = wordsOf(failure);
    const isOwn = firstMatch(words, own) !== null;
    const isForeign =
      !isOwn && failure.kind === "line" && log.readyLine === null && firstMatch(words, foreign) !== null;
    if (!isOwn && !isForeign) return null;
    return late(failure, log, isOwn);
  },
};

function late(failure: Failure, log: Transcript, isOwn: boolean): Finding {
  const words = wordsOf(failure);
  const minutes = capturedNumber(words, /within (\d+) minutes/);
  const seconds = capturedNumber(words, /(?:after|within|of|in) ([\d.]+) ?s(?:ec\w*)?\b/);
  const shards = shardsLoaded(log, failure.line);
  const progress = shards ? ` ${String(shards.done)} of ${String(shards.total)} shards were loaded.` : "";
  const time =
    minutes !== null ? `${String(minutes)} minutes` : seconds !== null ? `${String(seconds)} s` : "the time allowed";
  return finding(failure, {
    cause: "startup_timeout",
    weight: "root",
    confidence: isOwn ? "high" : "medium",
    summary: `The start was given up: it was not done within ${time}.${progress}`,
    facts: someFacts({
      timeoutMinutes: minutes,
      timeoutSeconds: seconds,
      shardsLoaded: shards?.done,
      shards: shards?.total,
    }),
    remedies: [
      advice(
        "Give it more time: VLLM_ENGINE_READY_TIMEOUT_S (600 when not set), and startTimeoutSeconds of the profile.",
        {
          env: { VLLM_ENGINE_READY_TIMEOUT_S: "1800" },
        },
      ),
      advice("End what still loads before the next start: it holds the GPU's memory."),
    ],
  });
}

function shardsLoaded(log: Transcript, before: number): { done: number; total: number } | null {
  let last: { done: number; total: number } | null = null;
  for (const line of log.lines) {
    if (line.number >= before) break;
    const match = /checkpoint shards.{0,200}?\| ?(\d+)\/(\d+) \[/.exec(line.text);
    if (match) last = { done: Number(match[1]), total: Number(match[2]) };
  }
  return last;
}
