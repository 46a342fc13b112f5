/**
 * Whether a version of vLLM (`0.21.0`, `0.32.0+cpu`, `v0.8.5.post1`) is this minor one or a later one; null when it
 * cannot be told.
 */
export function atLeast(version: string | null, minor: number): boolean | null {
  const found = /^v?(\d{1,4})\.(\d{1,4})/.exec(version ?? "");
  if (found === null) return null;
  return Number(found[1]) > 0 || Number(found[2]) >= minor;
}
