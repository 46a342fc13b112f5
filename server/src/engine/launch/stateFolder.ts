import path from "node:path";

/** Where this program keeps what belongs to no run: engines, consents, the user's profiles. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  const own = env["VLLM_BATCH_STATE_DIR"];
  if (own !== undefined && own !== "") return path.resolve(own);
  if (platform === "darwin") return path.join(home, "Library", "Application Support", "vllm-batch");
  if (platform === "win32") return path.join(env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"), "vllm-batch");
  const state = env["XDG_STATE_HOME"];
  // A relative one is to be ignored, by the XDG base directory specification.
  return path.join(
    state !== undefined && path.isAbsolute(state) ? state : path.join(home, ".local", "state"),
    "vllm-batch",
  );
}
