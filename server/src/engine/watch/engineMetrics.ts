/** What an engine says about its work on `/metrics`, summed over its engines. Counters begin at its start. */
export interface EngineFigures {
  /** Steps of the scheduler: the best sign of life. null: this version does not count them. */
  steps: number | null;
  promptTokens: number;
  generationTokens: number;
  running: number;
  waiting: number;
  /** Of the fullest engine, 0 to 1; null: not told. */
  kvUsage: number | null;
  preemptions: number | null;
}

export interface EngineSample extends EngineFigures {
  /** Monotonic, in milliseconds. */
  at: number;
}

/** The names over all versions, the newest first (`gpu_cache_usage_perc` is gone since vLLM 0.12, #29330). */
const names = {
  steps: ["vllm:iteration_tokens_total_count"],
  promptTokens: ["vllm:prompt_tokens_total"],
  generationTokens: ["vllm:generation_tokens_total"],
  running: ["vllm:num_requests_running"],
  waiting: ["vllm:num_requests_waiting"],
  kvUsage: ["vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"],
  preemptions: ["vllm:num_preemptions_total"],
} as const;

const wanted: ReadonlySet<string> = new Set(Object.values(names).flat());

/**
 * Picks the figures of work out of vLLM's `/metrics` (Prometheus text). null when they are not there: another server,
 * or `--disable-log-stats`.
 */
export function parseEngineFigures(text: string): EngineFigures | null {
  const values = readValues(text);
  const one = (candidates: readonly string[], fold: (all: readonly number[]) => number): number | null => {
    const found = candidates.map((name) => values.get(name)).find((all) => all !== undefined);
    return found === undefined ? null : fold(found);
  };
  const running = one(names.running, sum);
  const waiting = one(names.waiting, sum);
  if (running === null || waiting === null) return null;
  return {
    steps: one(names.steps, sum),
    promptTokens: one(names.promptTokens, sum) ?? 0,
    generationTokens: one(names.generationTokens, sum) ?? 0,
    running,
    waiting,
    kvUsage: one(names.kvUsage, (all) => Math.max(...all)),
    preemptions: one(names.preemptions, sum),
  };
}

/** The values of the wanted metrics, one per label set. Lines that are none are passed over. */
function readValues(text: string): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    // A page has thousands of lines of histograms; only a few lines are looked at.
    if (text.startsWith("vllm:", start)) {
      const line = text.slice(start, end);
      const name = line.slice(0, nameLength(line));
      const value = wanted.has(name) ? readValue(line, name) : null;
      if (value !== null) values.set(name, [...(values.get(name) ?? []), value]);
    }
    start = end + 1;
  }
  return values;
}

function nameLength(line: string): number {
  const length = line.search(/[{ \t]/);
  return length === -1 ? line.length : length;
}

/** Behind the labels comes the value, and perhaps a timestamp. A label may hold any character, a value no brace. */
function readValue(line: string, name: string): number | null {
  const labelsEnd = line.lastIndexOf("}");
  const [first = ""] = line
    .slice(labelsEnd === -1 ? name.length : labelsEnd + 1)
    .trim()
    .split(/[ \t]/, 1);
  const value = first === "" ? Number.NaN : Number(first);
  return Number.isFinite(value) ? value : null;
}

function sum(all: readonly number[]): number {
  return all.reduce((total, value) => total + value, 0);
}
