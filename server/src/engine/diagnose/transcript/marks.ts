import type { LogLine, Throughput } from "./types.ts";

const statistics = /Avg prompt throughput: ([\d.]+) tokens\/s/;
const started = /^\s*Application startup complete|^Uvicorn running on/;
const answers = /"(?:GET|POST) \/v1\/\S* HTTP\/1\.\d" 200/;

/** Said when a signal or a person asked for the stop; a server whose engine died says only `Shutting down` itself. */
const stopAsked =
  /^\[shutdown\] API server: shutdown triggered|^Shutting down FastAPI HTTP server|^Received (?:signal |SIG)(?:SIG)?(?:TERM|INT|15|2)\b|^\^C|^Gracefully stopping|Received exit signal SIG(?:TERM|INT)|Received shutdown signal|^Stopping \S*vllm|^Stopping \S+\.service|^(?:SIGTERM|SIGINT) received|received SIG(?:TERM|INT)|^slurmstepd: .{0,80}CANCELLED AT/i;

/** Python's answer to SIGINT, and vLLM's to SIGTERM while it starts. The server also ends its own engine so. */
const interrupted = /^KeyboardInterrupt(?:: terminated)?$/;
/** Versions 0.18 to 0.20 say only that it began. */
const toEngine = /^\[shutdown\] EngineCore: trigger received signal|^Shutdown initiated \(timeout=/;

/** The steps of an ordered end. What ordered it may stand before the tail, or nowhere. */
const orderedEnd = /^\[shutdown\] API server: |^WorkerProc was terminated$/;
const farewell = /^(?:Application shutdown complete|Finished server process)/;

export function endsInOrder(line: LogLine): boolean {
  return orderedEnd.test(line.text) || serverHasLeft(line);
}

/** It took its leave, as it also does when its engine has died. */
export function serverHasLeft(line: LogLine): boolean {
  return farewell.test(line.text);
}

/** Its start is over. */
export function isStarted(line: LogLine): boolean {
  return started.test(line.text);
}

/** It is up: it has just started, or it answers. */
export function isReady(line: LogLine): boolean {
  return isStarted(line) || answers.test(line.text) || statistics.test(line.text);
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
