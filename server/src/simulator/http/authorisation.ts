/** Paths that vLLM guards with the API key (0.32.0); /health, /metrics, /tokenize and the like stay open. */
const guarded = ["/v1", "/v2", "/inference", "/cohere"] as const;

/** May this request pass? OPTIONS always may. */
export function isAuthorised(
  keys: readonly string[],
  method: string,
  path: string,
  authorization: string | undefined,
): boolean {
  if (keys.length === 0 || method === "OPTIONS" || !guarded.some((prefix) => path.startsWith(prefix))) return true;
  const space = (authorization ?? "").indexOf(" ");
  if (authorization === undefined || space === -1) return false;
  return authorization.slice(0, space).toLowerCase() === "bearer" && keys.includes(authorization.slice(space + 1));
}
