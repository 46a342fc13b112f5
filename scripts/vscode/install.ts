// Brings the VS Code that runs in a browser, and the browser: `npm run vscode:install`.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa, ExecaError } from "execa";
import { takeLock } from "../engine/lock.ts";
import { CannotInstall } from "./cannotInstall.ts";
import { ensureSystemPackages, findChromium } from "./systemPackages.ts";
import { codeServerFolder, stampFolder } from "./paths.ts";

export interface ReadyParts {
  readonly state: "ready";
  /** The script that starts code-server, for Node. */
  readonly codeServer: string;
  /** The browser's program. */
  readonly chromium: string;
}

export type VscodeParts = ReadyParts | { readonly state: "missing"; readonly why: string };

type Log = (line: string) => void;

const installTimeoutMs = 10 * 60_000;
const vscodeFolder = path.join(codeServerFolder, "lib", "vscode");
const stamp = path.join(stampFolder, "installed.json");

/** Without spdlog every output channel reads empty; the watchdog ends extension hosts whose parent is gone. */
const nativeModules = ["@vscode/spdlog", "@vscode/native-watchdog"];

/**
 * Installs what is missing: nothing when a stamp says that this very code-server is prepared, half a minute otherwise.
 * Two callers at once wait for each other. Where it cannot be done, the answer says what is missing and what to do.
 */
export async function ensureVscode(log: Log = () => undefined): Promise<VscodeParts> {
  try {
    return {
      state: "ready",
      codeServer: path.join(codeServerFolder, "out/node/entry.js"),
      chromium: await install(log),
    };
  } catch (error) {
    if (error instanceof CannotInstall) return { state: "missing", why: error.message };
    throw error;
  }
}

/** Gives the path of the browser. */
async function install(log: Log): Promise<string> {
  if (process.platform !== "linux") {
    throw new CannotInstall(`VS Code in a browser is set up for Linux only, and this is ${process.platform}.`);
  }
  if (!existsSync(vscodeFolder)) throw new CannotInstall("The package code-server is not installed: run npm ci.");
  const wanted = await stampText();
  const chromium = await findChromium();
  if (chromium !== null && (await isPrepared(wanted))) return chromium;
  await mkdir(stampFolder, { recursive: true });
  const lock = await takeLock(path.join(stampFolder, "install.lock"), {
    timeoutMs: installTimeoutMs,
    onWait: () => log("Waiting for another install of VS Code to end …"),
  });
  try {
    const prepared = await isPrepared(wanted);
    const found = await ensureSystemPackages({ toCompile: !prepared, log });
    if (!prepared) await prepare(wanted, log);
    return found;
  } finally {
    await lock.release();
  }
}

/** The stamp outlives a fresh `npm ci`, what was installed below the package does not: so both are looked at. */
async function isPrepared(wanted: string): Promise<boolean> {
  const built = nativeModules.map((name) => path.join(vscodeFolder, "node_modules", name, "build", "Release"));
  if (![stamp, ...built].every((file) => existsSync(file))) return false;
  return (await readFile(stamp, "utf8")) === wanted;
}

/** What is installed, how (by this file), and for which Node (by its binary interface). */
async function stampText(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [import.meta.filename, path.join(codeServerFolder, "package.json")]) {
    hash.update(await readFile(file));
  }
  return `${JSON.stringify({ recipe: hash.digest("hex"), node: process.versions.modules })}\n`;
}

/**
 * Does what code-server's own postinstall script does, which refuses to run under the older Node that npm may be on.
 * `npm ci` would not do: the lock file of code-server 4.139 and its package.json disagree. The modules of the built-in
 * extensions are left out: that is TypeScript, which our suites do not open.
 */
async function prepare(wanted: string, log: Log): Promise<void> {
  await rm(stamp, { force: true });
  log("Installing what VS Code in a browser needs (once, about half a minute, 0.4 GB) …");
  await npm("install", "--omit=dev", "--ignore-scripts", "--no-save", "--no-audit", "--no-fund");
  await npm("rebuild", ...nativeModules);
  await writeFile(stamp, wanted);
}

async function npm(...args: readonly string[]): Promise<void> {
  // Our Node first on the PATH: npm itself may have come with an older one.
  const nodeFolder = path.dirname(process.execPath);
  const headers = path.dirname(nodeFolder);
  const env = {
    PATH: `${nodeFolder}${path.delimiter}${process.env["PATH"] ?? ""}`,
    // A logger for tests need not be fast, and optimising it takes most of the install.
    CXXFLAGS: "-O0",
    JOBS: "max",
    // Without the headers at hand node-gyp would download them.
    ...(existsSync(path.join(headers, "include", "node")) ? { npm_config_nodedir: headers } : {}),
  };
  try {
    await execa("npm", [...args, "--prefix", vscodeFolder, "--loglevel", "error"], {
      cwd: vscodeFolder,
      env,
      all: true,
      stdin: "ignore",
      timeout: installTimeoutMs,
    });
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    throw CannotInstall.after(`npm ${args[0]} failed in ${vscodeFolder}`, error);
  }
}

if (import.meta.main) {
  const start = performance.now();
  const parts = await ensureVscode((line) => console.error(line));
  if (parts.state === "ready") {
    console.error(`VS Code in a browser is in place (${Math.round((performance.now() - start) / 1000)} s).`);
    console.log(parts.chromium);
  } else {
    console.error(`VS Code in a browser cannot be had here. ${parts.why}`);
    process.exitCode = 1;
  }
}
