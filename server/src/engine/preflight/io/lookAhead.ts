import { findModel } from "../../model/io/findModel.ts";
import type { Fit } from "../../model/fit.ts";
import type { ModelFacts } from "../../model/modelFacts.ts";
import type { PreflightFinding, PreflightInput } from "../finding.ts";
import { preflightFit } from "../judgeLength.ts";
import { preflight, withHardwareChanges } from "../preflight.ts";

export interface LookAhead {
  model: ModelFacts;
  findings: PreflightFinding[];
  /** With the settings that the findings about the GPUs leave. */
  fit: Fit;
}

export interface LookAheadOptions extends Omit<PreflightInput, "model"> {
  /** What is to be loaded: the profile's model, or what the batch file names. */
  modelName: string;
  homedir: string;
  cwd: string;
  /** Ask the Hub for what is not on this machine; only when a person wished it. */
  online: boolean;
}

/** Looks at the model's files and judges the start. Never throws; starts nothing and writes nothing. */
export async function lookAhead(options: LookAheadOptions): Promise<LookAhead> {
  const { modelName, homedir, cwd, online, ...input } = options;
  const { flags } = input.profile;
  const model = await findModel(modelName, {
    env: { ...input.env, ...input.profile.env },
    homedir,
    cwd,
    revision: typeof flags["revision"] === "string" ? flags["revision"] : null,
    downloadFolder: typeof flags["download-dir"] === "string" ? flags["download-dir"] : null,
    online,
  });
  const whole = { ...input, model };
  return { model, findings: preflight(whole), fit: preflightFit(withHardwareChanges(whole)) };
}
