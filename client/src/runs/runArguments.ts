import type { Endpoint } from "../endpoints/endpoint.ts";
import { API_KEY_ENV } from "../endpoints/apiKeyEnv.ts";

export interface RunCall {
  file: string;
  endpoint: Endpoint;
  /** Whether the server's key is in the environment. */
  hasKey: boolean;
  /** For all requests, whatever they name; null: as the file says. */
  model: string | null;
  /** null: the run finds out by itself. */
  inFlight: number | null;
  order: "file" | "prefix";
}

/** The command line of a new run. Pure. */
export function runArguments({ file, endpoint, hasKey, model, inFlight, order }: RunCall): string[] {
  return [
    "run",
    file,
    ...(endpoint.kind === "simulator" ? ["--simulate"] : serverArguments(endpoint.url, hasKey)),
    ...(model === null ? [] : ["--model", model]),
    ...(inFlight === null ? [] : ["--in-flight", String(inFlight)]),
    "--order",
    order,
  ];
}

/** Which server a run, new or not, is to use from now on. Pure. */
export function serverArguments(url: string, hasKey: boolean): string[] {
  return ["--endpoint", url, ...(hasKey ? ["--api-key-env", API_KEY_ENV] : [])];
}
