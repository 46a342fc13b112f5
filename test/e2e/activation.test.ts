// That the extension costs nothing where it is not needed. The window is high, so that the whole list is on the screen.
import { expect, inject, test } from "vitest";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

describeVscode("starting the extension", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: { "notes.md": "# a\n" },
  }));

  test("does not happen in a window without JSON Lines", async () => {
    const window = await vscode.open({ height: 2400 });
    await window.openFile("notes.md");
    await window.runCommand("Developer: Show Running Extensions");
    const rows = window.page.locator(".runtime-extensions-editor .monaco-list-row");
    await rows.first().waitFor();
    expect(await rows.filter({ hasText: "vLLM Batch" }).count()).toBe(0);
  });
});
