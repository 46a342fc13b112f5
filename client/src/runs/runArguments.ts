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
  /** Of an engine that is started for it: leave it running. */
  keepEngine: boolean;
}

/** The command line of a new run. Pure. */
export function runArguments(call: RunCall): string[] {
  const { file, model, inFlight, order } = call;
  return [
    "run",
    file,
    ...engineArguments(call),
    ...(model === null ? [] : ["--model", model]),
    ...(inFlight === null ? [] : ["--in-flight", String(inFlight)]),
    "--order",
    order,
  ];
}

function engineArguments({ endpoint, hasKey, keepEngine }: RunCall): string[] {
  switch (endpoint.kind) {
    case "server":
      return serverArguments(endpoint.url, hasKey);
    case "simulator":
      return ["--simulate"];
    case "profile":
      return ["--profile", endpoint.path ?? endpoint.name, ...keepArguments(keepEngine)];
  }
}

/** Whether an engine that is started for a run is left running. Pure. */
export function keepArguments(keepEngine: boolean): string[] {
  return keepEngine ? ["--keep-engine"] : [];
}

/** Which server a run, new or not, is to use from now on. Pure. */
export function serverArguments(url: string, hasKey: boolean): string[] {
  return ["--endpoint", url, ...(hasKey ? ["--api-key-env", API_KEY_ENV] : [])];
}
