// What the suites inside the extension host share: files, diagnostics, processes.
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { waitFor } from "../../../../scripts/waitFor.ts";

export const EXTENSION = "vllm-batch.vllm-batch";

/** A path in a folder of the workspace. */
export function inFolder(name: string, folder = 0): string {
  const found = vscode.workspace.workspaceFolders?.[folder];
  if (found === undefined) throw new Error(`The window has no folder ${folder}.`);
  return path.join(found.uri.fsPath, name);
}

/** Writes a file into the first folder, and gives its address. */
export async function writeInFolder(name: string, text: string, folder = 0): Promise<vscode.Uri> {
  const file = inFolder(name, folder);
  await writeFile(file, text);
  return vscode.Uri.file(file);
}

/** The codes of the problems that VS Code shows of a file, in no order. */
export function codesOf(uri: vscode.Uri): string[] {
  return vscode.languages.getDiagnostics(uri).map(({ code }) => String(typeof code === "object" ? code.value : code));
}

/** Waits until a file has just these problems. */
export async function waitForCodes(uri: vscode.Uri, ...codes: readonly string[]): Promise<void> {
  const wanted = JSON.stringify(codes.toSorted());
  try {
    await waitFor(`the problems ${wanted}`, () => JSON.stringify(codesOf(uri).toSorted()) === wanted);
  } catch (error) {
    throw new Error(`There are ${JSON.stringify(codesOf(uri).toSorted())}.`, { cause: error });
  }
}

export async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Ids of the language servers that this extension host has started. Linux only, as these suites are. */
export async function languageServers(): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [stat, command] = await Promise.all([
        readFile(`/proc/${name}/stat`, "utf8"),
        readFile(`/proc/${name}/cmdline`, "utf8"),
      ]);
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1]);
      if (parent === process.pid && command.includes("language-server")) found.push(Number(name));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
