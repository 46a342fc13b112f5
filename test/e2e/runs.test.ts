// Runs as a person sees them: questions before, progress in between, an end that can be taken up again.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, inject, test } from "vitest";
import { request, requests } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";
import { waitFor } from "../../scripts/waitFor.ts";

const statusItem = "vllm-batch.vllm-batch.run";

describeVscode("a run", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: {
      "errors.jsonl": `${request(1)}\n${request(2).replace("/v1/", "v1/")}\n${request(3).slice(0, 40)}\n`,
      "long.jsonl": requests(3_000),
      "unsaved.jsonl": requests(2),
    },
  }));

  test("asks what to do about errors and where to run, and never hides that it is simulated", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("errors.jsonl");
    await editor.waitForSquiggle("error");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    const dialog = window.dialog("Errors in 2 of 3 requests.");
    await dialog.waitFor();
    await window.screenshot("run-errors");
    await dialog.getByRole("button", { name: "Fix and Run" }).click();
    // What cannot be mended is asked about once more.
    const left = window.dialog("Errors in 1 of 3 requests.");
    await left.getByRole("button", { name: "Run the Valid 2" }).click();
    await window.screenshot("run-where");
    await window.quickInput.pickFound("Simulator (no real answers)");
    expect(await window.notifications.message("The simulated run is done")).toContain("2 of 3 answered, 1 failed");
    await window.screenshot("run-simulated");
    expect(await window.statusBar.languageStatus()).toEqual(
      expect.arrayContaining([expect.stringContaining("Runs on the simulator (no real answers)")]),
    );
    const manifest = await readFile(path.join(vscode.folder, "errors.runs/001-tiny/run.json"), "utf8");
    expect(JSON.parse(manifest)).toMatchObject({ engine: { simulated: true }, counts: { completed: 2, failed: 1 } });
  });

  test("shows how far it is, can be stopped, and goes on", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("long.jsonl");
    await editor.codeLens("Run batch on vLLM").click();
    // The memory of a workspace is the browser's, and each window of these tests has a browser of its own.
    await window.quickInput.pickFound("Simulator");
    const status = await window.statusBar.waitForText(statusItem, /[1-9]\d*\/3,000/);
    expect(status).toContain("simulated");
    await window.screenshot("run-progress");
    await window.statusBar.item(statusItem).click();
    await window.quickInput.rows();
    await window.screenshot("run-cancel");
    await window.quickInput.pick("Stop now");
    await window.notifications.choose("The simulated run was stopped", "Resume");
    await window.statusBar.waitForText(statusItem, /\d\/3,000/);
    expect(await window.notifications.message("The simulated run is done")).toContain("3,000 of 3,000 answered");
    await window.statusBar.item(statusItem).waitFor({ state: "detached" });
  });

  test("saves first what is not saved", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("unsaved.jsonl");
    await editor.goTo(3);
    await editor.type(`${request(3)}\n`);
    await editor.waitForDirty();
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    const dialog = window.dialog("unsaved.jsonl has changes that are not saved.");
    await dialog.getByRole("button", { name: "Save and Run" }).click();
    await window.quickInput.pickFound("Simulator");
    expect(await window.notifications.message("The simulated run is done")).toContain("3 of 3 answered");
    // Asked once: from now on it is known where to run.
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await waitFor("a second run", () => existsSync(path.join(vscode.folder, "unsaved.runs/002-tiny/run.json")));
  });
});
