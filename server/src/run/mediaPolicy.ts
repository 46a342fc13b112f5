/**
 * Which files a request of a batch may name. A batch file can come from anybody, and what it names is fetched by this
 * machine, from inside its network: so only data: URLs and https from hosts that this machine's owner listed, and
 * never from an address that is not public.
 */
import ipaddr from "ipaddr.js";

/** Comma-separated host names; `*.example.org` for all below a name. */
export const ALLOWED_HOSTS_VARIABLE = "VLLM_BATCH_ALLOWED_MEDIA_HOSTS";

/** vLLM takes 25 MB unless told otherwise (VLLM_MAX_AUDIO_CLIP_FILESIZE_MB). */
export const LARGEST_MEDIA_BYTES = 100 << 20;

export type MediaUrl =
  | { kind: "data"; contentType: string; bytes: Buffer }
  | { kind: "https"; url: URL }
  /** In words, why not. */
  | { kind: "refused"; why: string };

export function parseAllowedHosts(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== "");
}

/** Judges a URL by itself. The addresses of its host, and where it redirects to, have to be judged as well. */
export function judgeMediaUrl(text: string, allowedHosts: readonly string[]): MediaUrl {
  if (/^data:/i.test(text)) return parseDataUrl(text);
  const url = URL.parse(text);
  if (url === null) return refused("file_url is no URL");
  if (url.protocol !== "https:")
    return refused(`file_url begins with ${url.protocol}, and only data: and https: are fetched`);
  const host = url.hostname.toLowerCase();
  if (!allowedHosts.some((allowed) => matches(host, allowed))) {
    return refused(`${host} is not among the hosts that this machine fetches from; see ${ALLOWED_HOSTS_VARIABLE}`);
  }
  const literal = host.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(literal) && !isPublicAddress(literal)) return refused(notPublic(host, literal));
  return { kind: "https", url };
}

function matches(host: string, allowed: string): boolean {
  return allowed.startsWith("*.") ? host.endsWith(allowed.slice(1)) : host === allowed;
}

/** False for private, loopback, link-local, reserved and all other addresses that are not out on the internet. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` reads an IPv4 address that is wrapped in IPv6 as what it is.
  return ipaddr.process(address).range() === "unicast";
}

export function notPublic(host: string, address: string): string {
  return `${host} has the address ${address}, which is not a public one`;
}

function parseDataUrl(text: string): MediaUrl {
  const comma = text.indexOf(",");
  const head = text.slice("data:".length, comma);
  if (comma === -1) return refused("file_url is a data: URL without a comma");
  if (!/;base64$/i.test(head)) return refused("file_url is a data: URL that is not base64");
  if (text.length - comma > (LARGEST_MEDIA_BYTES / 3) * 4) return refused("the file in file_url is too large");
  const data = text.slice(comma + 1);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(data)) return refused("the data: URL in file_url is not base64");
  const bytes = Buffer.from(data, "base64");
  return bytes.length === 0
    ? refused("the data: URL in file_url is empty")
    : { kind: "data", contentType: head.split(";")[0] || "application/octet-stream", bytes };
}

function refused(why: string): MediaUrl {
  return { kind: "refused", why };
}
