import type { Verb } from "../cli/verb.ts";
import { findVerb } from "../cli/program.ts";
import { verbLoaders, type VerbLoaders } from "../cli/verbs.ts";

/** Everything the program can do: the CLI's own verbs, and those that join it with other parts. */
const loaders: VerbLoaders = {
  ...verbLoaders,
  simulate: async () => (await import("./simulateVerb.ts")).simulateVerb,
  "language-server": async () => (await import("./languageServerVerb.ts")).languageServerVerb,
};

/** The verb that a command line names alone, where there is one; else all, for the help. */
export async function loadVerbs(argv: readonly string[] = []): Promise<readonly Verb[]> {
  const named = findVerb(
    Object.entries(loaders).map(([name, load]) => ({ name, load })),
    argv,
  );
  return await Promise.all((named === undefined ? Object.values(loaders) : [named.load]).map((load) => load()));
}
