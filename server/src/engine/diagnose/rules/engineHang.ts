import { advice, finding, someFacts, type Finding, type Rule } from "../finding.ts";
import type { Failure, Throughput, Transcript } from "../transcript/types.ts";
import { captured, said } from "../words.ts";
import { isQueueTimeout } from "../wrappers.ts";

const noAnswer = [
  /RPC call to (\w+) timed out/,
  /(?:execute_model|sample_tokens|collective_rpc) .{0,40}timed out/,
  /(?:shm|shared memory|message queue).{0,60}(?:timed out|timeout)/i,
  /RayChannelTimeoutError|Timed out waiting for object available to read/,
  /Engine (?:loop|iteration|step) .{0,40}(?:timed out|is stuck|hang)/i,
  /TimeoutError: .{0,40}(?:worker|RPC).{0,60}timed? ?out/i,
];
/** The engine of versions up to 0.10 reported to its server in another process. */
const noHeartbeat = /No heartbeat received from MQLLMEngine|Heartbeat.{0,40}(?:timed out|timeout)/;
const queueFull = /No available shared memory broadcast block found/;
/** Of an engine that has ended: it may have been reading a long prompt, and have died of something else. */
const fewestStandstills = 2;
/** Of one that was told to end: half a minute, which no prompt takes. */
const fewestBeforeStop = 3;
/** Then it is sure. vLLM 0.32 reports a standstill once and falls silent; older versions go on. */
const sureStandstills = 6;
const fewestWaits = 2;

/** A worker did not answer the engine in time. */
export const engineHang: Rule = {
  cause: "engine_hang",
  judge(failure, log) {
    if (isQueueTimeout(failure)) return isExplained(failure, log) ? null : queueTimeout(failure);
    const match = said(failure, noAnswer);
    const isSilent = !match && said(failure, [noHeartbeat]) !== null;
    if (isSilent) return silent(failure);
    if (!match || !failure.isFatal) return null;
    const method = captured(match[0], /(?:RPC call to )?(execute_model|sample_tokens|\w+(?= timed out))/);
    return finding(failure, {
      cause: "engine_hang",
      confidence: "high",
      summary: `A worker did not answer ${method ?? "the engine"} in time: it hung.`,
      facts: someFacts({ method, ...numbers(log.throughput.at(-1)) }),
      remedies: restart(),
    });
  },
};

/** What says which call was not answered is raised from it. */
function isExplained(failure: Failure, log: Transcript): boolean {
  return log.failures.some((other) => other.chain === failure.chain && said(other, noAnswer) !== null);
}

function queueTimeout(failure: Failure): Finding {
  return finding(failure, {
    cause: "engine_hang",
    confidence: failure.isFatal ? "medium" : "low",
    summary: "A worker did not answer the engine in time: it hung.",
    remedies: restart(),
  });
}

function silent(failure: Failure): Finding {
  return finding(failure, {
    cause: "engine_hang",
    weight: "symptom",
    confidence: "medium",
    summary: "The engine stopped reporting to its server: it hung, or was too busy to answer.",
    remedies: restart(),
  });
}

/** Nothing moves while requests run, and nobody says why. Null: it moves, or nothing runs. */
export function standstill(log: Transcript, hasEnded: boolean, isAsked: boolean): Finding | null {
  const still = trailing(
    log.throughput,
    (line) => line.generationPerSecond === 0 && line.promptPerSecond === 0 && line.running > 0,
  );
  const last = still.at(-1);
  const up = upSince(log);
  const waits = log.lines.filter((line) => line.number > up && queueFull.test(line.text));
  const fewest = isAsked ? fewestBeforeStop : hasEnded ? fewestStandstills : 1;
  const isStill = still.length >= (waits.length === 0 ? fewest : 1);
  if (!isStill && waits.length < fewestWaits) return null;
  const isMoving = log.throughput.some((line) => line.line > (waits[0]?.number ?? 0) && line.generationPerSecond > 0);
  if (!isStill && isMoving) return null;
  const summary =
    last === undefined
      ? "The engine's processes have not answered each other for minutes while requests were running: it hangs."
      : `Nothing is read or generated while ${String(last.running)} requests run and ${String(last.waiting)} wait: it hangs.`;
  return {
    cause: "engine_hang",
    weight: "symptom",
    confidence: still.length >= sureStandstills ? "high" : "medium",
    summary,
    facts: someFacts({ ...numbers(last ?? log.throughput.at(-1)) }),
    remedies: restart(),
    alsoLines: [last?.line, still[0]?.line, waits.at(-1)?.number].filter((line) => line !== undefined),
  };
}

/** The line behind which it is up: also before the first request that a tail shows, when it does not show a start. */
function upSince({ readyLine, lines }: Transcript): number {
  if (readyLine === null) return Infinity;
  return lines.some(({ text }) => starting.test(text)) ? readyLine : 0;
}
const starting =
  /Loading \w+ checkpoint|Starting to load model|torch\.compile|Capturing CUDA graph|^Application startup/;

function trailing(list: readonly Throughput[], fits: (line: Throughput) => boolean): Throughput[] {
  let from = list.length;
  for (let at = list.length - 1; at >= 0; at--) {
    const line = list[at];
    if (line === undefined || !fits(line)) break;
    from = at;
  }
  return list.slice(from);
}

function numbers(line: Throughput | undefined) {
  return { running: line?.running, waiting: line?.waiting, genThroughput: line?.generationPerSecond };
}

function restart(): Finding["remedies"] {
  return [
    advice("Start the engine again; end its processes with SIGKILL, a hanging one does not hear SIGTERM."),
    advice("If it comes back: --no-async-scheduling, without speculative decoding, or a newer vLLM.", {
      flags: { "async-scheduling": false },
    }),
  ];
}
