import type { LogLine, Throughput } from "./types.ts";

const statistics = /Avg prompt throughput: ([\d.]+) tokens\/s/;
const ready = /^\s*Application startup complete|^Uvicorn running on|"(?:GET|POST) \/v1\/\S* HTTP\/1\.\d" 200/;

/** Said when a signal or a person asked for the stop; a server whose engine died says only `Shutting down` itself. */
const stopAsked =
  /^\[shutdown\] API server: shutdown triggered|^Shutting down FastAPI HTTP server|^Received (?:signal |SIG)(?:SIG)?(?:TERM|INT|15|2)\b|^\^C|^Gracefully stopping|Received exit signal SIG(?:TERM|INT)|Received shutdown signal|^Stopping \S*vllm|^Stopping \S+\.service|^(?:SIGTERM|SIGINT) received|received SIG(?:TERM|INT)/i;

/** Python's answer to SIGINT, and vLLM's to SIGTERM while it starts. The server also ends its own engine so. */
const interrupted = /^KeyboardInterrupt(?:: terminated)?$/;
const toEngine = /^\[shutdown\] EngineCore: trigger received signal/;

/** The steps of an ordered end (vLLM 0.32). What ordered it may stand before the tail. */
const orderedEnd = /^\[shutdown\] API server: /;

export function closesServer(line: LogLine): boolean {
  return orderedEnd.test(line.text);
}

export function isReady(line: LogLine): boolean {
  return ready.test(line.text) || statistics.test(line.text);
}

export function asksToStop(line: LogLine): boolean {
  if (stopAsked.test(line.text)) return true;
  return interrupted.test(line.text) && (line.process === null || /api/i.test(line.process));
}

/** The engine was told to stop, by somebody outside or by a server that had failed itself. */
export function tellsEngineToStop(line: LogLine): boolean {
  return toEngine.test(line.text) || interrupted.test(line.text);
}

/** Reads by key, since vLLM puts new ones in between; null: another line. */
export function readThroughput(line: LogLine): Throughput | null {
  const prompt = statistics.exec(line.text);
  if (!prompt) return null;
  return {
    line: line.number,
    promptPerSecond: Number(prompt[1]),
    generationPerSecond: Number(/Avg generation throughput: ([\d.]+)/.exec(line.text)?.[1] ?? Number.NaN),
    running: Number(/Running: (\d+)/.exec(line.text)?.[1] ?? 0),
    waiting: Number(/Waiting: (\d+)/.exec(line.text)?.[1] ?? 0),
  };
}
