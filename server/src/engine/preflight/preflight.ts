/** All that can be known before a start of minutes: what would make it fail, and what would prevent that. */
import { applyChange } from "../profile/changeProfile.ts";
import type { PreflightFinding, PreflightInput } from "./finding.ts";
import { judgeCapability } from "./judgeCapability.ts";
import { judgeLength } from "./judgeLength.ts";
import { judgeMemory } from "./judgeMemory.ts";
import { judgeModel } from "./judgeModel.ts";
import { judgeParallel } from "./judgeParallel.ts";
import { judgeQuantization } from "./judgeQuantization.ts";
import { judgeRequests } from "./judgeRequests.ts";
import { isCpuBuild } from "./usedGpus.ts";

const order: readonly PreflightFinding["severity"][] = ["stop", "warn", "info"];

/** Findings, the gravest first. The simulator needs neither a GPU nor a model. */
export function preflight(input: PreflightInput): PreflightFinding[] {
  if (input.profile.engine === "simulator") return [];
  const findings = [
    ...judgeModel(input),
    ...judgeHardware(input),
    ...judgeQuantization(input),
    ...judgeLength(withHardwareChanges(input)),
    ...judgeRequests(input),
  ];
  return findings.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

function judgeHardware(input: PreflightInput): PreflightFinding[] {
  return isCpuBuild(input) ? [] : [...judgeCapability(input), ...judgeMemory(input), ...judgeParallel(input)];
}

/** With the share, the type and the split that the GPUs allow: what fits depends on them. */
export function withHardwareChanges(input: PreflightInput): PreflightInput {
  const changes = judgeHardware(input).flatMap(({ change }) => (change === null ? [] : [change]));
  return { ...input, profile: changes.reduce(applyChange, input.profile) };
}
