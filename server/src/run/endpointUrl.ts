/**
 * The base of an OpenAI-compatible server, as the lines' urls are appended to it: people give it with `/v1` or
 * without. null for what is no http(s) URL.
 */
export function normalizeEndpoint(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:") || url.username !== "") return null;
  const base = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "");
  return `${url.origin}${base}`;
}
