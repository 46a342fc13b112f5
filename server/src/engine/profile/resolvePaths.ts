import path from "node:path";
import type { Profile } from "../../protocol/engine.ts";

/** Makes paths that a profile in `folder` names absolute: `~/…`, `./…` and, for the program, any other. */
export function resolvePaths(profile: Profile, folder: string, home: string): Profile {
  const { vllm, model } = profile;
  return {
    ...profile,
    vllm: vllm === null ? null : path.resolve(folder, expandHome(vllm, home)),
    // `org/name` is a repository on the Hub: only what says that it is a path is one.
    model: model !== null && /^(?:~|\.\.?)\//.test(model) ? path.resolve(folder, expandHome(model, home)) : model,
  };
}

function expandHome(text: string, home: string): string {
  return text.startsWith("~/") ? path.join(home, text.slice(2)) : text;
}
