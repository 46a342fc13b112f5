/** Addresses of servers, as far as two of them can be told to mean the same. Pure. */
import type { Endpoint } from "./endpoint.ts";

/** Whether a server is on this machine, by the name or the number that machines have for themselves. */
export function isLoopback(url: string): boolean {
  const name = URL.parse(url)?.hostname ?? "";
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(name);
}

/** Whether two addresses lead to the same server: with or without `/v1`, by whatever name of this machine. */
export function isSameServer(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** @param other null: none was chosen yet */
export function isSameEndpoint(one: Endpoint, other: Endpoint | null): boolean {
  if (one.kind === "server") return other?.kind === "server" && isSameServer(one.url, other.url);
  if (one.kind === "simulator") return other?.kind === "simulator";
  return other?.kind === "profile" && one.name === other.name && one.path === other.path;
}

/** Scheme, name and port: what a key is sent to, whatever the path. */
export function serverOrigin(url: string): string {
  return URL.parse(url)?.origin ?? url;
}

function canonical(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text;
  const path = url.pathname.replace(/\/+$/, "").replace(/\/v1$/, "").replace(/\/+$/, "");
  const host = isLoopback(text) ? "localhost" : url.hostname;
  return `${url.protocol}//${host}:${url.port}${path}`;
}
