// Where the extension shows itself, and where it does not.
import { expect, inject, test } from "vitest";
import { requests } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

const files = { "requests.jsonl": requests(3), "others.jsonl": '{"text": "a"}\n{"text": "b"}\n', "notes.md": "# a\n" };

describeVscode("menus", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({ vsix: vsix === null ? [] : [vsix], files }));

  test("are of batch files only", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("requests.jsonl");
    await editor.codeLens("Run batch on vLLM").waitFor();
    const run = window.page.locator(".editor-actions .action-label[aria-label^='Run Batch on vLLM']");
    await run.waitFor();
    expect(await window.explorer.openMenu("requests.jsonl")).toContain("vLLM Batch");
    await window.screenshot("places-menu");
    await window.page.keyboard.press("Escape");
    expect(await window.explorer.openMenu("others.jsonl")).not.toContain("vLLM Batch");
    await window.page.keyboard.press("Escape");
    await window.openFile("others.jsonl");
    await run.waitFor({ state: "detached" });
    await window.openFile("notes.md");
    expect(await run.count()).toBe(0);
  });

  test("and walkthrough in German", async () => {
    const window = await vscode.open({ language: "de" });
    const editor = await window.openFile("requests.jsonl");
    await editor.codeLens("Run batch on vLLM").waitFor();
    expect(await window.commandsFor("vLLM Batch:")).toEqual(
      expect.arrayContaining([expect.stringContaining("vLLM Batch: Batch auf vLLM ausführen")]),
    );
    await window.screenshot("places-german");
    expect(await window.statusBar.languageStatus()).toEqual(
      expect.arrayContaining([expect.stringContaining("3 Anfragen · keine Probleme")]),
    );
    await window.screenshot("places-german-status");
  });
});

describeVscode("a window that does not trust its folder", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({ vsix: vsix === null ? [] : [vsix], files, trusted: false }));

  test("checks files and offers nothing that runs", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("requests.jsonl");
    await editor.codeLens("3 requests").waitFor();
    const offered = (await window.commandsFor("vLLM Batch:")).join("\n");
    expect(offered).toContain("Fix All");
    for (const title of ["Run Batch on vLLM", "Resume Run", "Doctor", "Choose Endpoint"]) {
      expect(offered).not.toContain(title);
    }
    await window.screenshot("places-untrusted");
  });
});
