// The page objects themselves, on an extension that does a little of everything: what breaks here after an update of
// VS Code is a selector, not the product.
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createVSIX } from "@vscode/vsce";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../scripts/vscode/paths.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

let folder = "";
const vsix = () => path.join(folder, "tiny.vsix");

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-tiny-"));
  const source = path.join(root, "test", "fixtures", "tinyExtension");
  await build({
    entryPoints: [path.join(source, "extension.ts")],
    outfile: path.join(folder, "extension.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["vscode"],
  });
  await copyFile(path.join(source, "package.json"), path.join(folder, "package.json"));
  const silent = { allowMissingRepository: true, skipLicense: true };
  await createVSIX({ cwd: folder, packagePath: vsix(), dependencies: false, ...silent });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const text = '{"model": "old-name"}\n{"model": "fine"}\n';

describeVscode("the page objects", () => {
  const vscode = useVscode(() => ({ vsix: [vsix()], files: { "data.jsonl": text, "other.jsonl": text } }));

  test("see a problem, fix it and save", async () => {
    const window = await vscode.open();
    const editor = await window.openFile("data.jsonl");
    await editor.waitForSquiggle("error");
    await window.problems.open();
    expect(await window.problems.labels()).toEqual([expect.stringContaining("An old name.")]);
    await window.screenshot("harness-problem");
    await editor.goTo(1, 12);
    expect(await editor.hover("A hover of tiny.")).toContain("An old name.");
    expect(await editor.openQuickFixes()).toContain("Use the new name");
    await window.screenshot("harness-quick-fixes");
    await editor.chooseQuickFix("Use the new name");
    await editor.waitForNoSquiggle("error");
    await editor.waitForDirty();
    await editor.save();
    expect(await readFile(path.join(vscode.folder, "data.jsonl"), "utf8")).toBe(text.replace("old-name", "new-name"));
    expect((await editor.lines())[0]).toBe('{"model": "new-name"}');
  });

  test("ask, answer and look around", async () => {
    const window = await vscode.open({ language: "de" });
    const editor = await window.openFile("other.jsonl");
    await window.statusBar.waitForText("test.tiny.tinyStatus", "Tiny is ready (de)");
    expect(await window.statusBar.languageStatus()).toEqual([expect.stringContaining("Tiny: checked")]);
    expect(await editor.codeLenses()).toEqual(["Ask tiny"]);
    await editor.codeLens("Ask tiny").click();
    await window.quickInput.pick("green");
    await window.quickInput.answer("Which number?", "7");
    expect(await window.notifications.message("You said")).toBe("You said green and 7.");
    await window.screenshot("harness-notification");
    await window.notifications.choose("You said", "Keep");
    await window.statusBar.waitForText("test.tiny.tinyStatus", "Tiny: Keep");
    expect(await window.output.waitForText("Tiny", "activated")).toContain("trusted: true");
    expect(await window.explorer.openMenu("other.jsonl")).toContain("Ask");
    await window.page.keyboard.press("Escape");
    await window.runCommand("Tiny: Page");
    await window.webview().getByRole("heading", { name: "Hello from tiny" }).waitFor();
  });

  test("change theme and size", async () => {
    const window = await vscode.open();
    await window.openFile("other.jsonl");
    for (const theme of ["light", "highContrast", "highContrastLight", "dark"] as const) {
      await window.setTheme(theme);
      await window.screenshot(`harness-${theme}`);
    }
    await window.resize(700, 500);
    await window.screenshot("harness-narrow");
  });
});

describeVscode("a window that does not trust its folder", () => {
  const vscode = useVscode(() => ({ vsix: [vsix()], files: { "data.jsonl": text }, trusted: false }));

  test("opens in restricted mode, without a question", async () => {
    const window = await vscode.open();
    await window.statusBar.waitForText("status.workspaceTrust", "Restricted Mode");
    expect(await window.commandsFor("Tiny:")).toEqual(["No matching commands"]);
  });
});
