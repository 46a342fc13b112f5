/** `45s`, `3m 05s`, `2h 07m`, `3d 4h`: the same letters in English and German. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  if (whole < 60) return `${whole}s`;
  if (hours === 0) return `${minutes}m ${two(whole % 60)}s`;
  if (hours < 48) return `${hours}h ${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}

function two(value: number): string {
  return value.toString().padStart(2, "0");
}
