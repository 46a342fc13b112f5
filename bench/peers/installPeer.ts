import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { engineCache } from "../../scripts/engine/cache.ts";
import { ensureUv } from "../../scripts/engine/install.ts";

export interface PeerPackage {
  name: string;
  /** With its version pinned. */
  requirement: string;
}

/** Its Python environment, under the project's cache. */
export function peerEnvironment(peer: PeerPackage): string {
  return path.resolve(import.meta.dirname, "..", "..", ".cache", "peers", peer.name);
}

/** Installs a peer into an environment of its own, once. Throws with the installer's last words. */
export async function installPeer(peer: PeerPackage, log: (line: string) => void): Promise<void> {
  const environment = peerEnvironment(peer);
  const stamp = path.join(environment, "installed");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === peer.requirement) return;
  log(`Installing ${peer.requirement} …`);
  await rm(environment, { recursive: true, force: true });
  const options = { stdin: "ignore", timeout: 10 * 60_000 } as const;
  const uv = await ensureUv(engineCache(), log);
  await execa(uv, ["venv", "--python", "3.11", environment], options);
  await execa(uv, ["pip", "install", "--python", path.join(environment, "bin", "python"), peer.requirement], options);
  await writeFile(stamp, peer.requirement);
}
