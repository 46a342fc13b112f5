import dns from "node:dns";
import type { LookupFunction } from "node:net";
import path from "node:path";
import { Agent, request } from "undici";
import { messageOf } from "../../util/unknown.ts";
import { isPublicAddress, judgeMediaUrl, LARGEST_MEDIA_BYTES, notPublic } from "../mediaPolicy.ts";
import type { SendFailure } from "../sendResult.ts";

export interface Media {
  bytes: Buffer;
  contentType: string;
  name: string;
}

const MOST_REDIRECTS = 5;
/** A host that does not answer should not look like an engine that hangs. */
const TIMEOUT_MS = 60_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

class PrivateAddressError extends Error {}

/**
 * Looks a host up and lets only public addresses through. The connection is made to what this returns, so an answer
 * that changes between two look-ups gains nothing.
 */
export const publicLookup: LookupFunction = (host, options, callback) => {
  dns.lookup(host, { ...options, all: true }, (error, addresses) => {
    const hidden = error === null ? addresses.find(({ address }) => !isPublicAddress(address)) : undefined;
    const problem = hidden === undefined ? error : new PrivateAddressError(notPublic(host, hidden.address));
    const [first] = addresses;
    if (problem !== null || first === undefined) callback(problem ?? new Error(`${host} has no address`), "", 0);
    else if (options.all === true) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

const agent = new Agent({ allowH2: false, connect: { lookup: publicLookup } });

/** Fetches a file that a request names, from a host that may be asked. Every redirect is judged like the first URL. */
export async function fetchMedia(
  start: URL,
  allowedHosts: readonly string[],
  stop: AbortSignal,
  dispatcher: Agent = agent,
): Promise<Media | SendFailure> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
  let url = start;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const step = await get(url, signal, dispatcher);
    if (!(step instanceof URL)) return step;
    const judged = judgeMediaUrl(step.href, allowedHosts);
    if (judged.kind !== "https") {
      return failure("badMedia", `${url.host} redirects: ${judged.kind === "refused" ? judged.why : "to data"}`);
    }
    url = judged.url;
  }
  return failure("badMedia", `${start.host} redirects more than ${MOST_REDIRECTS} times`);
}

/** One request: the file, or where to look instead. */
async function get(url: URL, signal: AbortSignal, dispatcher: Agent): Promise<Media | SendFailure | URL> {
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher, signal });
    const location = headers["location"];
    if (REDIRECTS.has(statusCode) && typeof location === "string") {
      await body.dump();
      return new URL(location, url);
    }
    if (statusCode !== 200) {
      await body.dump();
      const mayPass = statusCode === 429 || statusCode >= 500;
      return failure(mayPass ? "media" : "badMedia", `${url.host} answers ${statusCode} for file_url`);
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_MEDIA_BYTES) return failure("badMedia", "the file in file_url is too large");
      chunks.push(chunk);
    }
    const contentType = headers["content-type"];
    return {
      bytes: Buffer.concat(chunks),
      contentType: typeof contentType === "string" ? contentType : "application/octet-stream",
      name: path.posix.basename(url.pathname) || "audio",
    };
  } catch (error) {
    const isOurs = error instanceof PrivateAddressError;
    return failure(isOurs ? "badMedia" : "media", isOurs ? error.message : `file_url: ${messageOf(error)}`);
  }
}

function failure(kind: "media" | "badMedia", message: string): SendFailure {
  return { kind: "failure", failure: kind, message };
}
