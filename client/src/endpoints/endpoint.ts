/** Where a batch is run. Pure. */
import { isObject, property } from "../../../server/src/util/unknown.ts";

export type Endpoint = { kind: "server"; url: string } | { kind: "simulator" };

/** A server that was found on this machine (`vllm-batch endpoints --json`). */
export interface FoundServer {
  url: string;
  /** Such as vLLM or Ollama. */
  kind: string;
  version: string | null;
  models: string[];
}

/** null for anything that is none, such as what an older version of ours has kept. */
export function parseEndpoint(value: unknown): Endpoint | null {
  const [kind, url] = [property(value, "kind"), property(value, "url")];
  if (kind === "simulator") return { kind };
  return kind === "server" && typeof url === "string" && isServerUrl(url) ? { kind, url } : null;
}

export function parseFoundServers(json: string): FoundServer[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).flatMap(({ url, kind, version, models }) =>
    typeof url === "string"
      ? [
          {
            url,
            kind: typeof kind === "string" ? kind : "",
            version: typeof version === "string" ? version : null,
            models: Array.isArray(models) ? models.filter((model) => typeof model === "string") : [],
          },
        ]
      : [],
  );
}

export function isServerUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.host !== "";
}

/** The name under which the key of a server is kept: one key for all paths of it. */
export function secretName(url: string): string {
  return `apiKey ${URL.parse(url)?.origin ?? url}`;
}
