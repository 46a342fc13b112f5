/** What of the kernel log can end an engine: the OOM killer, and faults of an NVIDIA GPU (Xid). */
const telling = ["oom-kill", "oom_kill", "out of memory: kill", "oom_reaper", "nvrm: xid", "fallen off the bus"];

const MOST_LINES = 200;
const MOST_CHARACTERS = 600;

/** The telling lines since a moment, the newest 200, cut to 600 characters. A line without a time is kept. */
export function tellingKernelLines(lines: Iterable<string>, since: Date): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    const lower = line.toLowerCase();
    if (!telling.some((words) => lower.includes(words)) || isBefore(line, since)) continue;
    kept.push(line.slice(0, MOST_CHARACTERS));
    if (kept.length > MOST_LINES) kept.shift();
  }
  return kept;
}

/** `2026-11-21T23:27:04+0100 host kernel: …` (journalctl) and `2026-11-21T23:27:04,123456+01:00 …` (dmesg). */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?([+-]\d\d):?(\d\d)/;

function isBefore(line: string, since: Date): boolean {
  const match = TIME.exec(line);
  if (match === null) return false;
  const [, local = "", hours = "", minutes = ""] = match;
  const at = Date.parse(`${local}${hours}:${minutes}`);
  // The log tells whole seconds.
  return at < Math.floor(since.getTime() / 1000) * 1000;
}
