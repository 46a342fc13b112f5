import type { BatchRequest } from "./request.ts";

/** Where the part that an engine's prefix cache sees begins: settings before it differ without mattering. */
const PROMPT_KEYS = ['"messages"', '"prompt"', '"input"', '"query"', '"queries"', '"text_1"'];

/**
 * Orders requests so that those which begin alike stand together, as their prompts stand in the file: the engine reads
 * a shared beginning once. Within a group the order of the file stays.
 */
export function byPrefix(requests: readonly BatchRequest[]): BatchRequest[] {
  return requests
    .map((request) => ({ request, prompt: promptOf(request) }))
    .sort((a, b) => Buffer.compare(a.prompt, b.prompt) || a.request.line - b.request.line)
    .map(({ request }) => request);
}

function promptOf({ body }: BatchRequest): Buffer {
  for (const key of PROMPT_KEYS) {
    const at = body.indexOf(key);
    if (at !== -1) return body.subarray(at);
  }
  return body;
}
