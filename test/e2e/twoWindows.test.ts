// Two windows on one folder: they do not know of each other, and must not get into each other's way.
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { requests } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";
import type { Workbench } from "../support/vscode/workbench.ts";

const statusItem = "vllm-batch.vllm-batch.run";

async function runOnSimulator(window: Workbench, file: string): Promise<void> {
  await window.openFile(file);
  await window.runCommand("vLLM Batch: Run Batch on vLLM");
  await window.quickInput.pickFound("Simulator");
}

describeVscode("two windows on one folder", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: { "long.jsonl": requests(3_000), "short.jsonl": requests(3) },
  }));

  test("run side by side, and only one of them works on a run", async () => {
    const [first, second] = [await vscode.open(), await vscode.open()];
    await runOnSimulator(first, "long.jsonl");
    await first.statusBar.waitForText(statusItem, /[1-9]\d*\/3,000/);
    await runOnSimulator(second, "short.jsonl");
    expect(await second.notifications.message("The simulated run is done")).toContain("3 of 3 answered");
    await second.openFile("long.jsonl");
    await second.runCommand("vLLM Batch: Resume Run");
    expect(await second.notifications.message("Another process works on this run")).toContain("001-tiny");
    await second.screenshot("two-windows-refused");
    // The one that works on it was not disturbed.
    expect(await first.notifications.message("The simulated run is done")).toContain(
      "3,000 of 3,000 answered, 0 failed",
    );
    expect(existsSync(path.join(vscode.folder, "long.runs/002-tiny"))).toBe(false);
  });
});
