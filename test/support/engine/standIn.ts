import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { waitFor } from "../../../scripts/waitFor.ts";
import type { EngineProcess } from "../../../server/src/engine/process/engineProcess.ts";
import { isAlive } from "../../../server/src/engine/process/io/processTable.io.ts";
import { spawnEngine, type SpawnOptions } from "../../../server/src/engine/process/io/spawnEngine.io.ts";
import type { ProcessIdentity } from "../../../server/src/protocol/engine.ts";

export async function freshFolder(): Promise<string> {
  return await mkdtemp(path.join(tmpdir(), "engine-"));
}

/** A shell script in the place of an engine. */
export async function startScript(script: string, options: Partial<SpawnOptions> = {}): Promise<EngineProcess> {
  return await spawnEngine({
    mark: `stand-in ${randomUUID()}`,
    command: "/bin/sh",
    args: ["-c", script],
    env: { PATH: process.env["PATH"] },
    cwd: tmpdir(),
    logFile: path.join(await freshFolder(), "engine.log"),
    ...options,
  });
}

export async function lineOf(engine: EngineProcess, line: string): Promise<void> {
  await waitFor(`the line ${line}`, () => engine.lastLines(100).includes(line));
}

export async function areGone(identities: readonly ProcessIdentity[]): Promise<boolean> {
  return !(await Promise.all(identities.map(isAlive))).includes(true);
}

export async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, "utf8")).split("\n").slice(0, -1);
}

const sources = new URL("../../../server/src/engine/process/io/", import.meta.url);

/** A program of ours that starts engines and dies. `body` may use all that it imports; gives what it printed. */
export async function runOwner(body: string, args: readonly string[]): Promise<string> {
  const program = `
    import { startRecorded } from "${new URL("recordedEngine.io.ts", sources).href}";
    import { spawnEngine } from "${new URL("spawnEngine.io.ts", sources).href}";
    import { writeRecord } from "${new URL("records.io.ts", sources).href}";
    import { ownScope } from "${new URL("scope.io.ts", sources).href}";
    import { ownIdentity } from "${new URL("processTable.io.ts", sources).href}";
    const [folder, description] = [process.argv[1], JSON.parse(process.argv[2] ?? "null")];
    const die = () => process.kill(process.pid, "SIGKILL");
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  await once(child, "close");
  return text;
}
