import { spawn } from "node:child_process";

/** An orphan ends by itself, so that a forgotten one does no harm. */
const ORPHAN_SECONDS = 600;

/**
 * Starts a process that outlives us and looks like vLLM's engine in a list of processes (`VLLM::EngineCore`). Returns
 * its pid. It is `sleep` under another name: it holds nothing but its entry in the account of the GPU.
 */
export function startOrphan(): number {
  const child = spawn("sleep", [String(ORPHAN_SECONDS)], {
    argv0: "VLLM::EngineCore",
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  if (child.pid === undefined) throw new Error("The orphan could not be started: there is no `sleep` on this machine.");
  return child.pid;
}
