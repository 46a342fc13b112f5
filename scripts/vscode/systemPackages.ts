// The browser, and the compiler that the native parts of VS Code need: found, or installed where that is ours to do.
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";
import { execa, ExecaError } from "execa";
import { CannotInstall } from "./cannotInstall.ts";

const browserNames = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** Program → its package in Debian. */
const compilers: Readonly<Record<string, string>> = { "c++": "g++", make: "make", python3: "python3" };

/** CHROMIUM of the environment, else the first browser of the Chromium family on the PATH, else null. */
export async function findChromium(): Promise<string | null> {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (await isExecutable(named)) return named;
    throw new CannotInstall(`CHROMIUM is ${named}, and no program is there.`);
  }
  for (const name of browserNames) {
    const found = await findOnPath(name);
    if (found !== null) return found;
  }
  return null;
}

/** Installs what is missing with apt-get, as root on Debian and its like. Gives the browser. */
export async function ensureSystemPackages(wanted: {
  /** Whether native modules are going to be built. */
  readonly toCompile: boolean;
  readonly log: (line: string) => void;
}): Promise<string> {
  const missing = (await findChromium()) === null ? ["chromium"] : [];
  for (const [program, name] of Object.entries(wanted.toCompile ? compilers : {})) {
    if ((await findOnPath(program)) === null) missing.push(name);
  }
  if (missing.length > 0) await aptInstall(missing, wanted.log);
  const chromium = await findChromium();
  if (chromium === null) throw new CannotInstall("apt-get installed chromium, yet there is none on the PATH.");
  return chromium;
}

async function aptInstall(names: readonly string[], log: (line: string) => void): Promise<void> {
  const command = `apt-get install -y --no-install-recommends ${names.join(" ")}`;
  if (process.getuid?.() !== 0 || (await findOnPath("apt-get")) === null) {
    throw new CannotInstall(`Missing: ${names.join(", ")}. On Debian: ${command} (CHROMIUM can name another browser).`);
  }
  log(`Installing ${names.join(", ")} …`);
  const args = ["install", "-y", "--no-install-recommends", ...names];
  // A fresh container has no package lists, and old lists name files that are gone: both are mended by an update.
  if ((await apt(args)) === null) return;
  await apt(["update"]);
  const failure = await apt(args);
  if (failure !== null) throw CannotInstall.after(`${command} failed`, failure);
}

/** Null when it went well. */
async function apt(args: readonly string[]): Promise<ExecaError | null> {
  try {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await execa("apt-get", args, { env, all: true, stdin: "ignore", timeout: 10 * 60_000 });
    return null;
  } catch (error) {
    if (error instanceof ExecaError) return error;
    throw error;
  }
}

async function findOnPath(name: string): Promise<string | null> {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    if (folder !== "" && (await isExecutable(file))) return file;
  }
  return null;
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
