import { verbs } from "../cli/verbs.ts";
import { languageServerVerb } from "./languageServerVerb.ts";
import { simulateVerb } from "./simulateVerb.ts";

/** Everything the program can do: the CLI's own verbs, and those that join it with other parts. */
export const allVerbs = [...verbs, simulateVerb, languageServerVerb];
