import type { Verb } from "./verb.ts";
import { cancel } from "./verbs/cancel.ts";
import { copy } from "./verbs/copy.ts";
import { doctor } from "./verbs/doctor.ts";
import { endpoints } from "./verbs/endpoints.ts";
import { fix } from "./verbs/fix.ts";
import { models } from "./verbs/models.ts";
import { report } from "./verbs/report.ts";
import { resume } from "./verbs/resume.ts";
import { retry } from "./verbs/retry.ts";
import { run } from "./verbs/run.ts";
import { split } from "./verbs/split.ts";
import { status } from "./verbs/status.ts";
import { validate } from "./verbs/validate.ts";

/** All verbs but `simulate`, which main/ adds: the simulator shares no code with the rest. In the order of the help. */
export const verbs: readonly Verb[] = [
  validate,
  fix,
  models,
  split,
  copy,
  run,
  resume,
  retry,
  cancel,
  status,
  report,
  endpoints,
  doctor,
];
