import { spawn, type ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { languageServerNodeFlags } from "../../server/src/protocol/language.ts";
import { programPath } from "./program.ts";

/** The language server as an editor starts it. */
export function spawnLanguageServer(): { child: ChildProcess; stdin: Writable; stdout: Readable; stderr: Readable } {
  const args = [...languageServerNodeFlags, programPath, "language-server", "--stdio"];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const { stdin, stdout, stderr } = child;
  return { child, stdin, stdout, stderr };
}
