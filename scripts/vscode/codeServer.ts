import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { takeLock } from "../engine/lock.ts";
import { type ProcessGroup, spawnGroup } from "../engine/processGroup.ts";
import { waitFor } from "../waitFor.ts";
import type { ReadyParts } from "./install.ts";
import { stampFolder } from "./paths.ts";

export interface CodeServerOptions {
  readonly parts: ReadyParts;
  /** The folder, or the `.code-workspace` file, that its windows open. */
  readonly workspace: string;
  /** Extensions to install, as files. */
  readonly vsix?: readonly string[];
  /** User settings, on top of those that keep VS Code quiet. Those of `.vscode/settings.json` can change later. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether its windows trust what they open (they do unless told otherwise; then they do not, and do not ask). */
  readonly trusted?: boolean;
  /** Lets a window run tests inside the extension host. */
  readonly testDriver?: boolean;
  /** For the extension host and what it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A VS Code that serves windows to browsers, with a profile of its own that goes when it stops. */
export interface CodeServer {
  /** `http://127.0.0.1:PORT`, without a path. */
  readonly url: string;
  /** The address of a window, and of its remote files: `127.0.0.1:PORT`. */
  readonly authority: string;
  readonly workspace: string;
  /** Where it keeps settings, extensions and their storage. */
  readonly profile: string;
  /** Keeps what VS Code, extensions and their output channels logged, in `.cache/vscode/failed/NAME`. */
  keepLogs(name: string): Promise<void>;
  /** Ends it with all that it started, and removes the profile. */
  stop(): Promise<void>;
}

/** Nothing opens, asks or goes out by itself; a person who wants that says so. */
const quietSettings: Readonly<Record<string, unknown>> = {
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  // A theme that a test chose stays, whatever the browser prefers.
  "window.autoDetectColorScheme": false,
  "window.autoDetectHighContrast": false,
  "remote.autoForwardPorts": false,
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
};

const startTimeoutMs = 60_000;
/** Of code-server 4.139: where it listens, since it was asked to take any free port. */
const listening = /HTTP server listening on (http:\/\/(127\.0\.0\.1:\d+))/;

/** Starts one, and resolves when it answers. Rejects, with what it printed and nothing left, when it does not. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const profile = await mkdtemp(path.join(tmpdir(), "vllm-batch-vscode-"));
  await writeSettings(profile, { ...quietSettings, ...options.settings });
  for (const vsix of options.vsix ?? []) await installExtension(profile, options.parts, vsix);
  // Whoever holds the lock ends the server when this process dies, whatever of.
  const lock = await takeLock(path.join(profile, "lock"), { timeoutMs: 10_000 });
  const server = await spawnGroup(process.execPath, serverArguments(profile, options), environment(profile, options), {
    logFolder: path.join(stampFolder, "logs"),
    onSpawn: (group) => lock.guard(group),
  });
  const stop = async () => {
    await server.stop();
    lock.guard(null);
    await lock.release();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const [, url = "", authority = ""] = await waitForAddress(server);
    return {
      url,
      authority,
      workspace: options.workspace,
      profile,
      keepLogs: (name) => keepLogs(profile, name),
      stop,
    };
  } catch (error) {
    const log = await readFile(server.logFile, "utf8");
    await stop();
    throw new Error(`code-server did not start. It printed:\n${log}`, { cause: error });
  }
}

async function waitForAddress(server: ProcessGroup): Promise<RegExpExecArray> {
  const address = await waitFor(
    "code-server to listen",
    async () => {
      if ((await server.processes()).length === 0) throw new Error("It ended.");
      return listening.exec(await readFile(server.logFile, "utf8"));
    },
    { timeoutMs: startTimeoutMs, everyMs: 20 },
  );
  const health = await fetch(`${address[1]}/healthz`, { signal: AbortSignal.timeout(startTimeoutMs) });
  await health.body?.cancel();
  if (!health.ok) throw new Error(`/healthz answers ${health.status}.`);
  return address;
}

function serverArguments(profile: string, options: CodeServerOptions): string[] {
  return [
    ...commonArguments(profile, options.parts),
    ...["--auth", "none", "--bind-addr", "127.0.0.1:0"],
    ...["--disable-telemetry", "--disable-update-check", "--disable-proxy", "--disable-getting-started-override"],
    ...((options.trusted ?? true) ? ["--disable-workspace-trust"] : []),
    ...(options.testDriver === true ? ["--vscode-option", "enable-smoke-test-driver"] : []),
    options.workspace,
  ];
}

function commonArguments(profile: string, { codeServer }: ReadyParts): string[] {
  const folders = ["--user-data-dir", path.join(profile, "data"), "--extensions-dir", path.join(profile, "extensions")];
  return [codeServer, "--config", path.join(profile, "config.yaml"), ...folders];
}

function environment(profile: string, options: Pick<CodeServerOptions, "env">): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|VSCODE_|NODE_OPTIONS|npm_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    // No marketplace to ask.
    EXTENSIONS_GALLERY: "{}",
    XDG_CONFIG_HOME: profile,
    XDG_DATA_HOME: profile,
    ...options.env,
  };
}

async function installExtension(profile: string, parts: ReadyParts, vsix: string): Promise<void> {
  await execa(process.execPath, [...commonArguments(profile, parts), "--install-extension", vsix], {
    env: environment(profile, {}),
    extendEnv: false,
    timeout: startTimeoutMs,
    all: true,
    stdin: "ignore",
  });
}

async function keepLogs(profile: string, name: string): Promise<void> {
  const kept = path.join(stampFolder, "failed", name);
  await rm(kept, { recursive: true, force: true });
  await cp(path.join(profile, "data", "logs"), kept, { recursive: true });
}

async function writeSettings(profile: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const folder = path.join(profile, "data", "User");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "settings.json"), `${JSON.stringify(settings, null, 2)}\n`);
}
