/** Figures as the user's language writes them. */

/** `12,345`, `12.345`. */
export function grouped(count: number, language: string): string {
  return count.toLocaleString(language);
}

/** Three figures are enough: `0.52`, `12.3`, `1,240`. */
export function rate(perSecond: number, language: string): string {
  const digits = perSecond >= 100 ? 0 : perSecond >= 10 ? 1 : 2;
  return perSecond.toLocaleString(language, { maximumFractionDigits: digits });
}
