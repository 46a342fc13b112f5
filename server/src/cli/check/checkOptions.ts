/** The options that validate and fix share, and what they mean. */
import path from "node:path";
import type { Target } from "../../batch/endpoints.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { readModelMap } from "../modelMap.io.ts";
import { CliError, type OptionSpecs } from "../verb.ts";

export const checkOptions = {
  target: {
    type: "string",
    value: "vllm|openai",
    help: "Whose rules decide what is an error (default: vllm).",
  },
  map: { type: "string", value: "FILE", help: `Your own model names: a JSON object {"name in the file": "model"}.` },
} as const satisfies OptionSpecs;

/** Throws CliError (exit code 2) for any other word. */
export function readTarget(text: string | undefined): Target {
  if (text === undefined || text === "vllm") return "vllm";
  if (text === "openai") return "openai";
  throw new CliError(`--target takes vllm or openai, not "${text}".`, ExitCode.usage);
}

export async function readUserModels(file: string | undefined, cwd: string): Promise<Readonly<Record<string, string>>> {
  return file === undefined ? {} : readModelMap(path.resolve(cwd, file));
}
