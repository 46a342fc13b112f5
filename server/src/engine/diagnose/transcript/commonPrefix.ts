/** Where one of vLLM's own lines begins. */
const beginning =
  /\([A-Za-z_][^()]{0,60}pid=\d+\) |(?:DEBUG|INFO|WARNING|ERROR|CRITICAL) +(?:\d{4}-)?\d\d-\d\d \d\d:\d\d|\[rank\d+\]: ?/;
const longest = 100;
const fewestLines = 3;
/** Below this share of vLLM's lines it is no program's prefix. */
const leastShare = 0.5;

const number = "\u0000";
const level = "\u0001";

/**
 * What some program that we do not know puts in front of each line: times, names and levels, the same in all but their
 * numbers and levels. null: nothing.
 */
export function commonPrefix(texts: readonly string[]): RegExp | null {
  const shapes = new Map<string, number>();
  let own = 0;
  for (const text of texts) {
    const at = text.slice(0, 2 * longest).search(beginning);
    if (at === -1) continue;
    own += 1;
    if (at === 0 || at > longest) continue;
    const shape = shapeOf(text.slice(0, at));
    shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
  }
  const [most] = [...shapes].sort(([, a], [, b]) => b - a);
  if (most === undefined || most[1] < fewestLines || most[1] < own * leastShare) return null;
  return patternOf(most[0]);
}

function shapeOf(prefix: string): string {
  return prefix
    .replaceAll(/\b(?:debug|info|warn(?:ing)?|error|critical|fatal)\b ?/gi, level)
    .replaceAll(/\d+/g, number);
}

function patternOf(shape: string): RegExp {
  const escaped = shape.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(number, String.raw`\d+`).replaceAll(level, "[A-Za-z]+ ?")}`);
}
