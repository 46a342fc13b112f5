/** How an installation was found. */
export type FoundHow = "setting" | "profile" | "variable" | "active" | "workspace" | "path" | "conda" | "uv" | "pipx";

/** A `vllm` program. */
export interface Installation {
  /** Absolute. */
  path: string;
  /** As its package says (`0.32.0+cpu`); null: unknown. */
  version: string | null;
  /** Long names of the flags of its `serve`, without dashes. null: unknown, or not asked yet. */
  flags: ReadonlySet<string> | null;
  how: FoundHow;
}

/** Where one may be. */
export interface Candidate {
  path: string;
  how: FoundHow;
}

/** For a person whose machine has none. */
export function noInstallation(platform: string): string {
  return platform === "win32"
    ? "vLLM does not run on Windows itself. Open the folder in WSL (Ubuntu) and install vLLM there, or use --endpoint with a server that runs elsewhere."
    : 'No vLLM was found on this machine. Install it (https://docs.vllm.ai), activate its environment, or name the program: VLLM_BATCH_VLLM=/path/to/bin/vllm, or "vllm" in a profile.';
}
