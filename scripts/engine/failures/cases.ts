import { brokenFileCases } from "./brokenFileCases.ts";
import { commandLineCases } from "./commandLineCases.ts";
import type { FailureCase } from "./failureCase.ts";
import { fateCases } from "./fateCases.ts";
import { hostCases } from "./hostCases.ts";
import { hubCases } from "./hubCases.ts";
import { installationCases } from "./installationCases.ts";
import { modelCases } from "./modelCases.ts";
import { settingCases } from "./settingCases.ts";

/** In the order of their numbers: new ones go to the end of their group and renumber those after it. */
export const failureCases: readonly FailureCase[] = [
  ...commandLineCases,
  ...settingCases,
  ...modelCases,
  ...hubCases,
  ...hostCases,
  ...installationCases,
  ...fateCases,
  ...brokenFileCases,
];
