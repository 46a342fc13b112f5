import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { waitFor } from "../../../scripts/waitFor.ts";

/** Why there can be no mounts of our own here, or null. */
export function mountsRefused(): string | null {
  if (process.platform !== "linux") return "needs Linux";
  const tried = spawnSync("unshare", ["--mount", "--propagation", "private", "true"]);
  return tried.status === 0 ? null : "needs the right to mount (root)";
}

/** A small file system of its own at a folder, seen only by the processes that are started in it. */
export class SmallDisk {
  readonly folder: string;
  readonly #holder: ChildProcess;

  private constructor(folder: string, holder: ChildProcess) {
    this.folder = folder;
    this.#holder = holder;
  }

  static async mount(folder: string, size: string): Promise<SmallDisk> {
    const script = 'mount -t tmpfs -o size="$1" tmpfs "$0" && echo ready && exec cat';
    const holder = spawn("unshare", ["--mount", "--propagation", "private", "sh", "-c", script, folder, size], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let said = "";
    holder.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await waitFor("the mount", () => said.includes("ready"));
    return new SmallDisk(folder, holder);
  }

  /** What to put before a command so that it sees this disk. */
  get prefix(): string[] {
    return ["nsenter", `--target=${this.#holder.pid ?? 0}`, "--mount"];
  }

  /** Runs a command that sees this disk, and gives what it printed. */
  run(...command: string[]): string {
    const [program = "", ...args] = [...this.prefix, ...command];
    return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  }

  resize(size: string): void {
    this.run("mount", "-o", `remount,size=${size}`, this.folder);
  }

  makeReadOnly(): void {
    this.run("mount", "-o", "remount,ro", this.folder);
  }

  /** The disk and what is on it are gone with the last process that sees it. */
  async unmount(): Promise<void> {
    const closed = once(this.#holder, "close");
    this.#holder.stdin?.end();
    await closed;
  }
}
