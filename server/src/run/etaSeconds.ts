/** Seconds until all is done at this rate; null when there is none. */
export function etaSeconds(left: number, perSecond: number): number | null {
  return left === 0 ? 0 : perSecond > 0 ? left / perSecond : null;
}
