import { serverOrigin } from "../endpoints/serverAddress.ts";
import type { Endpoints } from "../endpoints/endpoints.ts";
import { engineEnvironment } from "./engineEnvironment.ts";
import type { KeyConsents } from "./keyConsents.ts";
import type { RunRecord } from "./runRecord.ts";

export interface KeyPolicy {
  endpoints: Pick<Endpoints, "keyOf">;
  consents: KeyConsents;
  /** Whether the person lets the value of a variable be sent to a server. */
  ask: (variable: string, origin: string) => Promise<boolean>;
  /** The environment that the run gets from us. */
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * What a run that there is needs in its environment. Its `run.json` may come from anybody, and says which variable of
 * this machine is sent where: unless that is the key which is kept for this very server, the person must know, once.
 * undefined when they do not want it.
 */
export async function recordedEnvironment(
  { endpoints, consents, ask, environment }: KeyPolicy,
  { apiKeyEnv, engineUrl }: Pick<RunRecord, "apiKeyEnv" | "engineUrl">,
): Promise<Record<string, string> | undefined> {
  if (apiKeyEnv === null) return {};
  const kept = await engineEnvironment(endpoints, engineUrl, apiKeyEnv);
  // Without a value nothing can be sent, and the run says that it is missing.
  if (Object.keys(kept).length > 0 || (environment[apiKeyEnv] ?? "") === "") return kept;
  const origin = serverOrigin(engineUrl);
  if (consents.has(apiKeyEnv, origin)) return {};
  if (!(await ask(apiKeyEnv, origin))) return undefined;
  await consents.add(apiKeyEnv, origin);
  return {};
}
