import type { Verb } from "./verb.ts";
import { doctor } from "./verbs/doctor.ts";
import { resume } from "./verbs/resume.ts";
import { retry } from "./verbs/retry.ts";
import { run } from "./verbs/run.ts";

/** All verbs but `simulate`, which main/ adds: the simulator shares no code with the rest. In the order of the help. */
export const verbs: readonly Verb[] = [run, resume, retry, doctor];
