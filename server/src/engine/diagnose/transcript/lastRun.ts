import type { LogLine } from "./types.ts";

/** vLLM greets once per start: with its version, in some versions below a logo, and with its arguments. */
const version = /^vLLM (?:API )?server version |[█▄▀].{0,40} {2}version \d|^ {0,8}version \d+\.\d+\S{0,20}$/u;
const settings = /^non-default args: \{|^args: Namespace\(/;
const logo = /^[\s█▄▀]*$|[█▄▀].* {2}(?:version|model) /u;
/** A start that does not come to its greeting: its arguments are refused (argparse). */
const usage = /^usage: vllm\b/;
const mostPreamble = 40;

/** A restart begins with a new greeting, and what lies before belongs to another life. */
export function splitLastRun(lines: readonly LogLine[]): { before: readonly LogLine[]; last: readonly LogLine[] } {
  let start: number | null = null;
  let isGreeting = false;
  for (const [index, line] of lines.entries()) {
    const isVersion = version.test(line.text);
    const isFirst = isVersion || (start === null ? settings : usage).test(line.text);
    if (isFirst && !isGreeting && line.level !== "error") start = index;
    isGreeting = isVersion || (isGreeting && (logo.test(line.text) || settings.test(line.text)));
  }
  if (start === null || isImport(lines.slice(0, start))) return { before: [], last: lines };
  let from = start;
  while (from > 0 && start - from < mostPreamble && isPreamble(lines[from - 1])) from -= 1;
  return { before: lines.slice(0, from), last: lines.slice(from) };
}

/** Nothing but what comes before the first greeting: no process has a name yet, and nothing has ended. */
function isImport(lines: readonly LogLine[]): boolean {
  return lines.every(
    ({ process, level, origin, text }) =>
      process === null && level !== "error" && origin === "engine" && !ending.test(text),
  );
}
const ending =
  /^Traceback |^(?:\S+\.py|vllm[\w ]{0,20}): error: |throughput: |\bKilled\b|exited with|core dumped|^Finished server|^Shutting down/;

/** What Python and vLLM's imports print before the greeting: it belongs to the run that follows. */
function isPreamble(line: LogLine | undefined): boolean {
  if (line?.origin !== "engine") return false;
  if (line.process !== null) return line.text.trim() === "" || /[█▄▀]/u.test(line.text);
  if (line.level === null)
    return /Warning: |^\s|warnings\.warn|^$|^\+ |^NVIDIA |^The current PyTorch|^If you want|^=/.test(line.text);
  if (line.source === null || line.level === "error") return false;
  return !/(?:^|\/)(?:loggers|launcher|async_llm|metrics)\.py/.test(line.source);
}
