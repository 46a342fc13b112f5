import type { Verb } from "../cli/verb.ts";
import { verbLoaders, type VerbLoaders } from "../cli/verbs.ts";

/** Everything the program can do: the CLI's own verbs, and those that join it with other parts. */
const loaders: VerbLoaders = {
  ...verbLoaders,
  simulate: async () => (await import("./simulateVerb.ts")).simulateVerb,
  "language-server": async () => (await import("./languageServerVerb.ts")).languageServerVerb,
};

/** The verb of this name alone, where there is one; else all, for the help. */
export async function loadVerbs(name?: string): Promise<readonly Verb[]> {
  const wanted = name !== undefined && Object.hasOwn(loaders, name) ? [loaders[name]] : Object.values(loaders);
  return await Promise.all(wanted.flatMap((load) => load?.() ?? []));
}
