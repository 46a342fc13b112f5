import path from "node:path";
import type { Candidate, FoundHow } from "./installation.ts";

export interface SearchPlaces {
  /** Path from a profile or a setting, where there is one. Then nothing else is a candidate. */
  named: Candidate | null;
  env: Readonly<Record<string, string | undefined>>;
  platform: string;
  home: string;
  cwd: string;
  /** Programs of an untrusted workspace are no candidates. */
  workspaceTrusted: boolean;
  /** Text of `~/.conda/environments.txt`, one folder a line; empty when there is none. */
  condaEnvironments: string;
  /** Folders inside the usual `envs` of conda. */
  condaFolders: readonly string[];
}

const workspaceEnvironments = [".venv", "venv", "env"];

/** Where the usual installers of conda put it, from the home folder on. Each has `envs` inside. */
export const condaBases: readonly string[] = ["miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba"];

/** Paths at which `vllm` may be, the likeliest first, each once. Looks at nothing. vLLM has no program for Windows. */
export function candidatePaths(places: SearchPlaces): Candidate[] {
  if (places.platform === "win32") return [];
  // A person who names one means that one: a silent other would be worse than an error.
  if (places.named !== null) return [places.named];
  const named = places.env["VLLM_BATCH_VLLM"];
  if (named !== undefined && named !== "") return [{ path: path.resolve(places.cwd, named), how: "variable" }];
  const all = [
    ...environments("active", [places.env["VIRTUAL_ENV"], places.env["CONDA_PREFIX"]]),
    ...environments(
      "workspace",
      workspaceEnvironments.map((name) => path.join(places.cwd, name)),
    ),
    ...(places.env["PATH"] ?? "").split(":").map((folder): Candidate => {
      return { path: path.join(folder, "vllm"), how: "path" };
    }),
    ...environments("conda", [
      ...places.condaEnvironments.split(/\r?\n/).map((line) => line.trim()),
      ...condaBases.map((base) => path.join(places.home, base)),
      ...places.condaFolders,
    ]),
    ...environments("uv", [path.join(uvTools(places), "vllm")]),
    ...environments("pipx", [path.join(places.home, ".local", "share", "pipx", "venvs", "vllm")]),
  ];
  // A relative path would mean another program in each folder.
  return unique(
    all.filter((candidate) => path.isAbsolute(candidate.path)).map((c) => inWorkspace(c, places.cwd)),
  ).filter(({ how }) => how !== "workspace" || places.workspaceTrusted);
}

function uvTools({ env, home }: SearchPlaces): string {
  const data = env["XDG_DATA_HOME"];
  return env["UV_TOOL_DIR"] ?? path.join(data ?? path.join(home, ".local", "share"), "uv", "tools");
}

function environments(how: FoundHow, folders: readonly (string | undefined)[]): Candidate[] {
  return folders
    .filter((folder): folder is string => folder !== undefined && folder !== "")
    .map((folder) => ({ path: path.join(folder, "bin", "vllm"), how }));
}

/** What lies in the workspace came with it, whichever list names it: a repository may bring its own environment. */
function inWorkspace(candidate: Candidate, cwd: string): Candidate {
  return isInside(candidate.path, cwd) ? { ...candidate, how: "workspace" } : candidate;
}

export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== "" && relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

function unique(candidates: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ path: file }) => {
    if (seen.has(file)) return false;
    seen.add(file);
    return true;
  });
}
