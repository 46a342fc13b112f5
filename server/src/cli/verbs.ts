import type { Verb } from "./verb.ts";

/** All verbs but `simulate`, which main/ adds: the simulator shares no code with the rest. In the order of the help. */
export const verbs: readonly Verb[] = [];
