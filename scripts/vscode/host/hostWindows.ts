import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../paths.ts";

/** A kind of window, and the folder under test/host with the suites that run in it. */
export interface HostWindow {
  readonly name: string;
  /** The folders that the window opens, by name. More than one makes a multi-root workspace. */
  readonly folders: readonly string[];
  readonly trusted: boolean;
}

const windows: readonly HostWindow[] = [
  { name: "folder", folders: ["data"], trusted: true },
  { name: "multiRoot", folders: ["first", "second"], trusted: true },
  { name: "untrusted", folders: ["data"], trusted: false },
];

const suitesFolder = path.join(root, "test", "host");

/** The windows for which there are suites, with their files. A folder that belongs to no window is an error. */
export async function hostWindows(): Promise<Map<HostWindow, string[]>> {
  const found = new Map<HostWindow, string[]>();
  for (const entry of await readdir(suitesFolder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const window = windows.find(({ name }) => name === entry.name);
    if (window === undefined) throw new Error(`test/host/${entry.name} is for no kind of window that there is.`);
    const folder = path.join(suitesFolder, entry.name);
    const files = (await readdir(folder)).filter((name) => name.endsWith(".ts")).toSorted();
    found.set(
      window,
      files.map((name) => path.join(folder, name)),
    );
  }
  return found;
}

/** Fresh folders, empty. Gives what the window is to open: the folder, or a workspace file beside several. */
export async function makeWorkspace(window: HostWindow): Promise<{ parent: string; workspace: string }> {
  const parent = await mkdtemp(path.join(tmpdir(), "vllm-batch-window-"));
  const folders = window.folders.map((name) => path.join(parent, name));
  for (const folder of folders) await mkdir(folder);
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return { parent, workspace: only };
  const workspace = path.join(parent, "tests.code-workspace");
  await writeFile(workspace, JSON.stringify({ folders: window.folders.map((name) => ({ path: name })) }));
  return { parent, workspace };
}
