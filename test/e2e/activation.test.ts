// What the extension costs a window, by the clock of VS Code. The windows are high, so that its whole list is on the screen.
import { expect, inject, test } from "vitest";
import { requests } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

const LIMIT_MS = 50;

describeVscode("starting the extension", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: { "requests.jsonl": requests(100), "notes.md": "# a\n" },
  }));

  test(`takes at most ${LIMIT_MS} ms of the extension host's time`, async () => {
    const times: number[] = [];
    // Other programs make it longer, and none makes it shorter: the best of a few is what it takes.
    for (let round = 0; round < 4 && Math.min(...times) > LIMIT_MS; round += 1) {
      const window = await vscode.open({ height: 2400 });
      const editor = await window.openFile("requests.jsonl");
      await editor.codeLens("Run batch on vLLM").waitFor();
      await window.runCommand("Developer: Show Running Extensions");
      const row = window.page.locator(".runtime-extensions-editor .monaco-list-row").filter({ hasText: "vLLM Batch" });
      const text = await row.filter({ hasText: /Activation: \d+ms/ }).innerText();
      times.push(Number(/Activation: (\d+)ms/.exec(text)?.[1]));
      await window.close();
    }
    console.log(`Activation: ${times.join(", ")} ms.`);
    expect(Math.min(...times)).toBeLessThanOrEqual(LIMIT_MS);
  });

  test("does not happen in a window without JSON Lines", async () => {
    const window = await vscode.open({ height: 2400 });
    await window.openFile("notes.md");
    await window.runCommand("Developer: Show Running Extensions");
    const rows = window.page.locator(".runtime-extensions-editor .monaco-list-row");
    await rows.first().waitFor();
    expect(await rows.filter({ hasText: "vLLM Batch" }).count()).toBe(0);
  });
});
