import path from "node:path";
import type { Profile } from "../../protocol/engine.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables of the user's shell that would change what we rely on: the log's lines (phases, progress), their colours,
 * and routes for developers, some of which run code and none of which asks for the key. A profile may set them.
 */
const notPassedOn = new Set([
  "VLLM_API_KEY",
  "VLLM_SERVER_DEV_MODE",
  "VLLM_LOGGING_LEVEL",
  "VLLM_CONFIGURE_LOGGING",
  "VLLM_LOGGING_COLOR",
  "FORCE_COLOR",
  "CLICOLOR_FORCE",
  "PY_COLORS",
]);

const always = {
  // Usage statistics off, by vLLM's own name and the common one.
  VLLM_NO_USAGE_STATS: "1",
  DO_NOT_TRACK: "1",
  NO_COLOR: "1",
  // Without it the last lines before a death stay in a buffer that dies too.
  PYTHONUNBUFFERED: "1",
};

/** The whole environment of an engine. `program`: its path, for the folder with its helpers (ninja, ray); null: none. */
export function launchEnv(
  profile: Profile,
  base: Environment,
  program: string | null,
  apiKey: string,
): Record<string, string> {
  const passed = Object.entries(base).flatMap(([name, value]): [string, string][] =>
    value === undefined || notPassedOn.has(name) || name.startsWith("VLLM_BATCH_") ? [] : [[name, value]],
  );
  const env: Record<string, string> = { ...Object.fromEntries(passed), ...always };
  // Started by its path and not from an activated environment, it would not find what was installed beside it.
  if (program !== null) env["PATH"] = [path.dirname(program), env["PATH"]].filter(Boolean).join(path.delimiter);
  return { ...env, ...profile.env, VLLM_API_KEY: apiKey };
}
