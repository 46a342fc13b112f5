import { createHash } from "node:crypto";
import type { ConsentKind, ConsentRequest, Profile } from "../../protocol/engine.ts";
import type { Installation } from "../find/installation.ts";
import type { ProfileSource } from "../profile/profileSource.ts";
import { isOfRecovery } from "../recover/mayChange.ts";
import { flagArguments } from "./flagArguments.ts";
import { isHarmless } from "./harmlessFlags.ts";
import { printable } from "../../util/printable.ts";

/** What tells one state of a program on disk from the next. */
export interface ProgramIdentity {
  /** Where all links lead. */
  realPath: string;
  size: number;
  mtimeMs: number;
  /** Of what stands in it, in hex. */
  sha256: string;
}

export interface ConsentInput {
  profile: Profile;
  source: ProfileSource;
  /** What is to be loaded; null: not known yet, for starting the program to look at it. */
  model: string | null;
  /** What would be started; null for the simulator. */
  installation: Installation | null;
  /** Of the program at `installation.path`; null when there is none. */
  program: ProgramIdentity | null;
}

/**
 * What a person must have confirmed before anything of this is started, even for its version. null: nothing, as all of
 * it is ours or the person's own. A profile file outside the user's own folder, a program inside the workspace, and the
 * model that a batch file names may have come with a cloned repository.
 */
export function needsConsent(input: ConsentInput): ConsentRequest | null {
  const { source, installation } = input;
  const parts = [...(source.kind === "file" ? profileParts(input.profile) : []), ...modelPart(input)];
  const isForeignProgram = installation !== null && (installation.how === "workspace" || parts.some(isProgramPart));
  // What the profile has nothing to do with is confirmed for all profiles at once.
  const isAboutProgram = isForeignProgram && parts.length === 0;
  if (isForeignProgram) parts.push({ kind: "file", text: programText(installation, input.program) });
  if (parts.length === 0) return null;
  const profilePath = source.kind === "builtIn" ? input.profile.name : source.path;
  const path = isAboutProgram ? installation.path : profilePath;
  const content = JSON.stringify([path, installation?.path, parts]);
  return {
    path,
    hash: createHash("sha256").update(content).digest("hex"),
    parts: parts.map(({ kind, text }) => ({ kind, text: printable(text) })),
  };
}

/** Whether whoever has agreed to one of these has agreed to the other: they differ in what executes nothing only. */
export function executesTheSame(one: Profile, other: Profile): boolean {
  return JSON.stringify(profileParts(one)) === JSON.stringify(profileParts(other));
}

/** The question for a person, in whole. */
export function consentText({ path, parts }: ConsentRequest): string {
  return [
    `${printable(path)}: this may have come with the folder, and it decides what is executed on your machine:`,
    ...parts.map(({ kind, text }) => `  ${labels[kind]} ${text}`),
    "Only go on if you trust where this folder comes from. You are asked again when any of this changes.",
  ].join("\n");
}

type Part = ConsentRequest["parts"][number];

const labels: Readonly<Record<ConsentKind, string>> = {
  program: "program    ",
  file: "its file   ",
  flag: "flag       ",
  variable: "environment",
  model: "code of    ",
};

function isProgramPart({ kind }: Part): boolean {
  return kind === "program";
}

function profileParts(profile: Profile): Part[] {
  const { vllm, flags, env } = profile;
  return [
    ...(vllm === null ? [] : [{ kind: "program" as const, text: vllm }]),
    ...Object.entries(flags)
      .filter(([flag, value]) => !isHarmless(flag, value))
      .map(([flag, value]): Part => ({ kind: "flag", text: flagArguments({ [flag]: value }).join(" ") })),
    ...Object.entries(env)
      .filter(([name]) => !isOfRecovery(name))
      .map(([name, value]): Part => ({ kind: "variable", text: `${name}=${value}` })),
  ];
}

/** With this flag the code that lies beside a model's weights is run: another model is then another program. */
function modelPart({ profile, source, model }: ConsentInput): Part[] {
  const isOwnChoice = source.kind !== "file" && profile.model !== null;
  if (profile.flags["trust-remote-code"] !== true || model === null || isOwnChoice) return [];
  return [{ kind: "model", text: model }];
}

function programText({ path }: Installation, program: ProgramIdentity | null): string {
  if (program === null) return path;
  const { realPath, size, mtimeMs, sha256 } = program;
  return `${realPath}, ${size} bytes of ${new Date(mtimeMs).toISOString()}, SHA-256 ${sha256}`;
}
