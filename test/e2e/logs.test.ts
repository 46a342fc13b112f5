// What the rest of a window says: menus of the explorer, labels for screen readers, the log.
import { expect, inject, test } from "vitest";
import { request, requests } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

describeVscode("beside the editor", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: { "fine.jsonl": requests(2), "wrong.jsonl": `${requests(1)}${request(2).replace("/v1/", "v1/")}\n` },
  }));

  test("problems are told in words, a run starts from the explorer, and the log says what was done", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("wrong.jsonl");
    await editor.waitForSquiggle("error");
    await window.problems.open();
    expect(await window.problems.labels()).toEqual([expect.stringMatching(/^Error: .* line 2 /s)]);
    await window.openFile("fine.jsonl");
    await window.explorer.chooseFromMenu("fine.jsonl", "vLLM Batch", "Run Batch on vLLM");
    await window.quickInput.pickFound("Simulator");
    await window.notifications.waitFor("The simulated run is done");
    await window.runCommand("vLLM Batch: Show Logs");
    expect(await window.output.waitForText("Run folder:")).toContain("vllm-batch run ");
    await window.screenshot("logs");
  });
});
