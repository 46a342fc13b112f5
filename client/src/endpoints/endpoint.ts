/** Where a batch is run. Pure. */
import { isObject, property } from "../../../server/src/util/unknown.ts";
import { parseJson } from "../text/parseJson.ts";
import { serverOrigin } from "./serverAddress.ts";

export type Endpoint = { kind: "server"; url: string } | { kind: "simulator" } | ProfileEndpoint;

/** An engine that is started for each run, by a profile. */
export interface ProfileEndpoint {
  kind: "profile";
  name: string;
  /** Of the file in a workspace; null: one of the user's own or of ours, which are known by their names. */
  path: string | null;
  /** As the profile said when it was chosen: for words, not for what a run says of itself. */
  engine: "vllm" | "simulator";
}

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
  if (kind === "profile") return parseProfileEndpoint(value);
  return kind === "server" && typeof url === "string" && isServerUrl(url) ? { kind, url } : null;
}

function parseProfileEndpoint(value: unknown): ProfileEndpoint | null {
  const [name, path] = [property(value, "name"), property(value, "path")];
  if (typeof name !== "string" || name === "" || (typeof path !== "string" && path !== null)) return null;
  return { kind: "profile", name, path, engine: property(value, "engine") === "simulator" ? "simulator" : "vllm" };
}

export function parseFoundServers(json: string): FoundServer[] {
  const value = parseJson(json);
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

/** Why a text is no address of a server. */
export type AddressFault =
  | "noAddress"
  /** A user or a password in it would be shown, logged and kept with the run; a key has its place elsewhere. */
  | "credentials";

export function addressFault(text: string): AddressFault | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.host === "") return "noAddress";
  return url.username === "" && url.password === "" ? null : "credentials";
}

export function isServerUrl(text: string): boolean {
  return addressFault(text) === null;
}

/** The name under which the key of a server is kept: one key for all paths of it. */
export function secretName(url: string): string {
  return `apiKey ${serverOrigin(url)}`;
}
