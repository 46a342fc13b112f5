import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import type { EngineAddress } from "../../protocol/engine.ts";
import { messageOf } from "../../util/unknown.ts";
import { stateFolder } from "./stateFolder.ts";

/** `stateFolder` of this machine and user. */
export function ownStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  return stateFolder(env, process.platform, os.homedir());
}

/** No two starts have the same. For an environment, never for an argument. */
export function randomApiKey(): string {
  return `vb-${randomBytes(32).toString("base64url")}`;
}

/** A new address for one start. */
export async function makeAddress(
  useSocket: boolean,
  state: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<EngineAddress> {
  if (useSocket) return { url: "http://localhost", socketPath: await makeSocketPath(socketFolders(state, env)) };
  return { url: `http://127.0.0.1:${await freePort()}`, socketPath: null };
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The system gave a socket without a port.");
  return address.port;
}

/** Where sockets may go: paths of sockets are short, and a home folder may be deep. */
export function socketFolders(state: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const runtime = env["XDG_RUNTIME_DIR"];
  return [
    path.join(state, "sockets"),
    ...(runtime !== undefined && path.isAbsolute(runtime) ? [path.join(runtime, "vllm-batch")] : []),
    path.join(os.tmpdir(), `vllm-batch-${process.getuid?.() ?? "sockets"}`),
  ];
}

/** Room for a path in the kernel's structure, with the zero at its end: 108 on Linux, 104 on macOS. */
const longestPath = process.platform === "darwin" ? 103 : 107;

/** The path of a new socket in the first of these folders that is short enough and ours alone. Throws if none is. */
export async function makeSocketPath(folders: readonly string[]): Promise<string> {
  const faults: string[] = [];
  for (const folder of folders) {
    const socket = path.join(folder, `${randomBytes(6).toString("hex")}.sock`);
    const fault = Buffer.byteLength(socket) > longestPath ? "the path is too long" : await makePrivate(folder);
    if (fault === null) return socket;
    faults.push(`${folder}: ${fault}`);
  }
  throw new Error(
    `There is no safe place for a socket (${faults.join("; ")}). Set VLLM_BATCH_STATE_DIR to a short path.`,
  );
}

/** Makes a folder that only this user may enter. Whoever can enter it can ask the engine. null: done. */
async function makePrivate(folder: string): Promise<string | null> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Not through a link: in a folder for all, somebody else may have laid one there.
    const facts = await lstat(folder);
    if (!facts.isDirectory()) return "it is not a folder";
    if (process.getuid !== undefined && facts.uid !== process.getuid()) return "it belongs to somebody else";
    if ((facts.mode & 0o077) !== 0) await chmod(folder, 0o700);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
