// Runs inside the extension host (bench/extension.ts): starts the extension, and writes down how long that took.
import { writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import { activationFileVariable } from "./activationFile.ts";

export async function run(): Promise<void> {
  const file = process.env[activationFileVariable];
  const extension = vscode.extensions.getExtension("vllm-batch.vllm-batch");
  if (file === undefined || extension === undefined) throw new Error("The file or the extension is not there.");
  await untilQuiet();
  if (extension.isActive) throw new Error("The extension runs already.");
  const startMs = performance.now();
  await extension.activate();
  await writeFile(file, String(performance.now() - startMs));
}

/** While a window starts, the host works for everybody: that is not what the extension takes. */
async function untilQuiet(): Promise<void> {
  const stepMs = 50;
  for (let quiet = 0; quiet < 20;) {
    const startMs = performance.now();
    await delay(stepMs);
    quiet = performance.now() - startMs < stepMs + 5 ? quiet + 1 : 0;
  }
}
