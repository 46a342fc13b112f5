/** The options that the verbs about runs share, and what they mean. */
import path from "node:path";
import { ExitCode } from "../../protocol/exitCode.ts";
import type { Overrides } from "../../protocol/records.ts";
import { normalizeEndpoint } from "../../run/endpointUrl.ts";
import type { EngineChoice } from "../../run/startOptions.ts";
import { CliError, type OptionSpecs, type OptionValues } from "../verb.ts";
import { numberOption } from "./numbers.ts";

export const engineOptions = {
  endpoint: {
    type: "string",
    value: "URL",
    help: "An OpenAI-compatible server that is running, such as http://127.0.0.1:8000 (with or without /v1).",
  },
  "api-key-env": {
    type: "string",
    value: "VAR",
    help: "Environment variable that holds the server's API key. The key itself is never written anywhere.",
  },
  "map-models": {
    type: "boolean",
    help: "With --endpoint: where the server has a model under another name (Ollama's), send that name.",
  },
} as const satisfies OptionSpecs;

export const profileOptions = {
  profile: {
    type: "string",
    value: "NAME|PATH",
    help: "Start an engine for this run from a profile (see `vllm-batch engine profiles`), and end it afterwards.",
  },
  "keep-engine": { type: "boolean", help: "Leave the engine running that was started for this run." },
  trust: {
    type: "boolean",
    help: "Consent to what the profile executes (a program, environment, code of the model) instead of being asked.",
  },
  consent: {
    type: "string",
    value: "HASH",
    help: "Consent to just what a refusal with --progress json has shown; it is refused again when that has changed.",
  },
} as const satisfies OptionSpecs;

export const overrideOptions = {
  model: { type: "string", value: "NAME", help: "Use this model for all requests, whatever the file says." },
  temperature: { type: "string", value: "T", help: "Set temperature in all requests." },
  "top-p": { type: "string", value: "P", help: "Set top_p in all requests." },
  "max-tokens": { type: "string", value: "N", help: "Set the longest answer, in tokens, in all requests." },
  seed: { type: "string", value: "N", help: "Set seed in all requests." },
} as const satisfies OptionSpecs;

/** Throws CliError for a value out of range. */
export function readOverrides(options: OptionValues<typeof overrideOptions>): Overrides {
  const temperature = numberOption("temperature", options.temperature, { min: 0, max: 2 });
  const topP = numberOption("top-p", options["top-p"], { min: 0, max: 1 });
  const maxTokens = numberOption("max-tokens", options["max-tokens"], { min: 1, whole: true });
  const seed = numberOption("seed", options.seed, { min: 0, whole: true });
  return {
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** null when neither an endpoint nor a profile was given. Throws CliError for both, and for what does not fit. */
export function readEngine(
  options: OptionValues<typeof engineOptions> & Pick<OptionValues<typeof profileOptions>, "profile" | "keep-engine">,
  cwd: string,
): EngineChoice | null {
  const { endpoint, profile } = options;
  if (endpoint !== undefined && profile !== undefined) {
    throw new CliError("--endpoint and --profile exclude each other.", ExitCode.usage);
  }
  if (endpoint !== undefined) {
    return readEndpoint(endpoint, options["api-key-env"] ?? null, options["map-models"]);
  }
  if (options["map-models"]) {
    throw new CliError("--map-models is for a server that is running: with --endpoint URL.", ExitCode.usage);
  }
  return profile === undefined ? null : readProfile(profile, options["keep-engine"], cwd);
}

function readEndpoint(endpoint: string, apiKeyEnv: string | null, mapModels: boolean): EngineChoice {
  const url = normalizeEndpoint(endpoint);
  if (url !== null) return { kind: "attached", url, apiKeyEnv, mapModels };
  throw new CliError(`--endpoint takes a URL such as http://127.0.0.1:8000, not "${endpoint}".`, ExitCode.usage);
}

function readProfile(profile: string, keep: boolean, cwd: string): EngineChoice {
  if (profile === "") throw new CliError("--profile takes the name of a profile, or the path of one.", ExitCode.usage);
  // The run may be resumed from another folder.
  const isPath = /[/\\]|\.json$/.test(profile);
  return { kind: "managed", profile: isPath ? path.resolve(cwd, profile) : profile, recorded: null, keep };
}

/** The one positional of a verb. Throws CliError when there is none, or another beside it. */
export function onePositional(positionals: readonly string[], what: string, verb: string): string {
  const [first, ...more] = positionals;
  if (first !== undefined && more.length === 0) return first;
  const wrong = first === undefined ? "is missing" : "must be one, not several";
  throw new CliError(`${what} ${wrong}. See: vllm-batch ${verb} --help`, ExitCode.usage);
}
