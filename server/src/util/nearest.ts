/**
 * The candidate that `word` is most likely a misspelling of, for "did you mean …?": at most one change per four
 * characters, and at least one (a change is a character added, left out or replaced, or two neighbours swapped).
 * Upper and lower case count as equal. undefined when none is near, or for an exact match.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  // One character is as near to any other.
  if (wanted.length < 2) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 4)) + 1;
  for (const candidate of candidates) {
    if (candidate === word) return undefined;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Changes from one word to the other (optimal string alignment), or `limit` when there are as many or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const distance = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : limit,
      );
      current.push(distance);
      smallest = Math.min(smallest, distance);
    }
    if (smallest >= limit) return limit;
    [beforeLast, last] = [last, current];
  }
  return Math.min(limit, at(last, to.length));
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
