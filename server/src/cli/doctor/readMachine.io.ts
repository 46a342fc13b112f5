import { statfs } from "node:fs/promises";
import { execa } from "execa";
import { findServers, usualPorts } from "../../engine/attach/io/findServers.io.ts";
import { findInstallations } from "../../engine/find/findInstallations.io.ts";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import type { MachineFacts } from "./judgeMachine.ts";

const COMMAND_TIMEOUT_MS = 15_000;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Looks at the machine. Starts only python3 and the tools of GPUs, each with a deadline, and asks only 127.0.0.1.
 * What is missing or does not answer is null or left out; nothing makes it throw.
 */
export async function readMachine(cwd: string, env: Env, ports: readonly number[] = usualPorts): Promise<MachineFacts> {
  const [python, vllm, gpu, disk, endpoints] = await Promise.all([
    outputOf("python3", ["--version"]),
    findVllm(cwd, env),
    readGpusOnce({ env }),
    readDisk(cwd),
    findServers(ports),
  ]);
  return { node: process.versions.node, python, vllm, gpus: gpu.gpus, gpuFault: gpu.fault, endpoints, disk };
}

/** What a program printed, trimmed; null when it is not there, fails or takes too long. */
async function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  const result = await execa(program, [...args], { timeout: COMMAND_TIMEOUT_MS, reject: false, stdin: "ignore" });
  return result.failed ? null : result.stdout.trim();
}

/** The likeliest of the installations, as `engine start` would take it. Looks only: nothing of it is started. */
async function findVllm(cwd: string, env: Env): Promise<MachineFacts["vllm"]> {
  const [first] = await findInstallations({ cwd, env, workspaceTrusted: true });
  return first === undefined ? null : { path: first.path, version: first.version };
}

async function readDisk(folder: string): Promise<MachineFacts["disk"]> {
  return await statfs(folder).then(
    ({ bavail, bsize }) => ({ folder, freeBytes: bavail * bsize }),
    () => null,
  );
}
