import type { Verb } from "./verb.ts";
import { doctor } from "./verbs/doctor.ts";

/** All verbs but `simulate`, which main/ adds: the simulator shares no code with the rest. In the order of the help. */
export const verbs: readonly Verb[] = [doctor];
