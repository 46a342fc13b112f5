import type { Fit } from "./fit.ts";

/** The verdict in words, with its numbers. */
export function fitSentence(fit: Omit<Fit, "why">, automatic: boolean): string {
  if (fit.kvCacheGiB === null) return `Cannot be told without ${listed(fit.unknown)}.`;
  if (fit.cost === null && fit.fits === "unknown")
    return `About ${gib(fit.kvCacheGiB)} are left for the KV cache; how many tokens that is cannot be told without ${listed(fit.unknown)}.`;
  if (fit.kvCacheGiB <= 0) return withoutRoom(fit);
  const largest = fit.largestMaxModelLen;
  const length = fit.maxModelLen;
  const room = `${gib(fit.kvCacheGiB)} are left for the KV cache, room for ${largest === null ? "requests of any length" : `one request of ${count(largest)} tokens`}`;
  if (fit.fits === "no") return `Does not fit: ${room}${length === null ? "" : `; ${count(length)} were asked for`}.`;
  if (fit.fits === "unknown") return `Too close to tell: ${room}, give or take ${gib(fit.marginGiB)}.`;
  if (fit.suggestedMaxModelLen === null || automatic) return `Fits: ${room}.`;
  return `Fits, but perhaps not with the whole length of ${count(length ?? 0)}: ${room}. Set --max-model-len ${fit.suggestedMaxModelLen}.`;
}

function withoutRoom(fit: Omit<Fit, "why">): string {
  const missing = gib(-(fit.kvCacheGiB ?? 0));
  const weights = fit.weightsGiB === null ? "" : ` The weights alone take ${gib(fit.weightsGiB)} of each GPU.`;
  return fit.fits === "no"
    ? `Does not fit: ${missing} are missing before there is any room for requests.${weights}`
    : `Too close to tell: by the estimate ${missing} are missing, give or take ${gib(fit.marginGiB)}.${weights}`;
}

export function gib(amount: number): string {
  return `${amount.toFixed(amount < 10 ? 2 : 1)} GiB`;
}

export function count(value: number): string {
  return Math.floor(value).toLocaleString("en-US");
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return "more facts";
  return names.length === 1 ? (names[0] ?? "") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}
