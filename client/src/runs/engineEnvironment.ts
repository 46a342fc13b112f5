import { API_KEY_ENV } from "../endpoints/apiKeyEnv.ts";
import type { Endpoints } from "../endpoints/endpoints.ts";

/**
 * What a run needs in its environment to use a server: its key, where one is kept. Empty where none is.
 * @param variable the name that the run knows the key by
 */
export async function engineEnvironment(
  endpoints: Pick<Endpoints, "keyOf">,
  url: string,
  variable = API_KEY_ENV,
): Promise<Record<string, string>> {
  const key = await endpoints.keyOf(url);
  return key === undefined ? {} : { [variable]: key };
}
