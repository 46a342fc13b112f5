import type { EngineAddress, Profile } from "../../protocol/engine.ts";
import type { Installation } from "../find/installation.ts";
import { wantsGpuCount } from "../profile/fillGpuCount.ts";
import { refusedFlags } from "../profile/ownFlags.ts";
import { flagArguments } from "./flagArguments.ts";
import { judgeKnown } from "./judgeKnown.ts";
import { launchEnv, type Environment } from "./launchEnv.ts";
import type { LaunchPlan, LaunchProblem } from "./launchPlan.ts";

export interface LaunchInput {
  profile: Profile;
  /** What to load. */
  model: string;
  /** Further names by which requests may ask for it. */
  moreNames?: readonly string[];
  /** null for the simulator, which needs none. */
  installation: Installation | null;
  /** Names of the flags that a person set: for these a version that does not know them is an error. */
  chosen: ReadonlySet<string>;
  address: EngineAddress;
  /** Goes into the environment and nowhere else: everybody on a machine can read arguments. */
  apiKey: string;
  /** Node, and the program that has `simulate`: for the simulator. */
  nodePath: string;
  programPath: string;
  baseEnv: Environment;
}

/** Whether this engine can be asked through a socket. When its flags are not known it cannot be relied on. */
export function canUseSocket(profile: Profile, installation: Installation | null, platform: string): boolean {
  if (platform === "win32") return false;
  return profile.engine === "simulator" || installation?.flags?.has("uds") === true;
}

/** The command line and environment for a profile, or everything that stands against it. Starts nothing. */
export function planLaunch(input: LaunchInput): LaunchPlan | LaunchProblem[] {
  const { profile, model, installation, address } = input;
  const isSimulator = profile.engine === "simulator";
  const program = isSimulator ? null : installation;
  const known =
    program === null
      ? { kept: profile.flags, leftOut: [], problems: [] }
      : judgeKnown(profile.flags, program, input.chosen);
  const servedModel = profile.servedModelName ?? model;
  const names = [...new Set([servedModel, ...(input.moreNames ?? [])])];
  const problems = [
    ...(isSimulator || program !== null ? [] : [{ field: "vllm", message: "no vLLM was found to start." }]),
    ...nameProblems(model, names),
    ...fieldProblems(profile),
    ...known.problems,
  ];
  if (problems.length > 0) return problems;
  const serve = [model, "--served-model-name", ...names, ...listenArguments(address), ...flagArguments(known.kept)];
  return {
    command: program === null ? input.nodePath : program.path,
    args: program === null ? [input.programPath, "simulate", ...serve] : ["serve", ...serve],
    env: launchEnv(profile, input.baseEnv, program?.path ?? null, input.apiKey),
    address,
    servedModel,
    leftOut: known.leftOut,
  };
}

function nameProblems(model: string, names: readonly string[]): LaunchProblem[] {
  const bad = [model, ...names].find((name) => name === "" || name.startsWith("-"));
  if (bad === undefined) return [];
  return [{ field: "model", message: `"${bad}" cannot be a model's name: vLLM would take it for a flag.` }];
}

/** A profile may come from a record on disk or a change: what its parser refuses is refused here too. */
function fieldProblems(profile: Profile): LaunchProblem[] {
  const refused = Object.keys(profile.flags).flatMap((flag) => {
    const why = refusedFlags.get(flag);
    return why === undefined ? [] : [{ field: `flags.${flag}`, message: `${flag} ${why}` }];
  });
  if (!wantsGpuCount(profile)) return refused;
  const message = 'the number of GPUs is not known. Give the number instead of "gpus".';
  return [...refused, { field: "flags.tensor-parallel-size", message }];
}

function listenArguments({ url, socketPath }: EngineAddress): string[] {
  if (socketPath !== null) return ["--uds", socketPath];
  const { hostname, port } = new URL(url);
  return ["--host", hostname, "--port", port];
}
