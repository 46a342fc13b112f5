// Files that VS Code shows to no extension, since they are larger than 50 MB: checked and mended where they lie.
import { existsSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { request } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";
import { waitFor } from "../../scripts/waitFor.ts";

const LINES = 120_000;

/** A file of 120 MB; two of its requests have an error that can be mended, one has one that cannot. */
function largeText(): string {
  const filler = "x".repeat(880);
  const lines = Array.from({ length: LINES }, (_, index) => request(index + 1).replace("request", `${filler} request`));
  lines[1] = request(2).replace("/v1/", "v1/");
  lines[LINES - 2] = request(LINES - 1).replace(/\}$/, ",}");
  lines[LINES - 1] = request(LINES).slice(0, 40);
  return `${lines.join("\n")}\n`;
}

describeVscode("a file of 120 MB", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    files: { "small.jsonl": `${request(1)}\n` },
    // Without a question, as on a desktop, where the limit is a gigabyte.
    settings: { "workbench.editorLargeFileConfirmation": 1000 },
  }));
  const file = () => path.join(vscode.folder, "large.jsonl");
  beforeAll(async () => {
    await writeFile(file(), largeText());
    expect((await stat(file())).size).toBeGreaterThan(120_000_000);
  });

  test("is checked on disk as it is opened, mended after a look, and checked again", async () => {
    const window = await vscode.open({ width: 1400, height: 800 });
    await window.openFile("large.jsonl");
    await window.problems.open();
    await window.problems.waitFor("must begin with a slash");
    await window.problems.waitFor("no comma before");
    await window.screenshot("large-problems");
    await window.statusBar.waitForText("vllm-batch.vllm-batch.file", "120,000 requests · 3 errors");
    await window.runCommand("vLLM Batch: Fix All");
    const dialog = window.dialog("Change 2 lines in large.jsonl on disk?");
    await dialog.waitFor();
    await window.screenshot("large-fix");
    await dialog.getByRole("button", { name: "Fix on Disk" }).click();
    expect(await window.notifications.message("Changed 2 lines")).toContain("large.jsonl.bak");
    await window.problems.rows().filter({ hasText: "must begin with a slash" }).waitFor({ state: "detached" });
    await window.problems.waitFor("before the { of column 1 is closed");
    await window.screenshot("large-fixed");
    expect((await readFile(`${file()}.bak`, "utf8")).slice(0, 3_000)).toContain('"url":"v1/chat');
    expect((await readFile(file(), "utf8")).slice(0, 3_000)).not.toContain('"url":"v1/chat');
  });

  test("is split without being overwritten unasked", async () => {
    const window = await vscode.open();
    await window.openFile("large.jsonl");
    for (const answer of ["none", "overwrite"] as const) {
      await window.runCommand("vLLM Batch: Split File…");
      await window.quickInput.pick("Parts of the same length");
      await window.quickInput.answer("How many parts?", "2");
      if (answer === "overwrite") {
        const dialog = window.dialog("There are files of these names already.");
        await dialog.getByRole("button", { name: "Overwrite" }).click();
      }
      expect(await window.notifications.message("Made 2 files")).toContain("large.part-01.jsonl, large.part-02.jsonl");
      await window.runCommand("Notifications: Clear All Notifications");
    }
    await waitFor("the parts", () => existsSync(path.join(vscode.folder, "large.part-02.jsonl")));
    const sizes = ["large.part-01.jsonl", "large.part-02.jsonl"].map((name) => stat(path.join(vscode.folder, name)));
    const [first, second] = await Promise.all(sizes);
    expect((first?.size ?? 0) + (second?.size ?? 0)).toBe((await stat(file())).size);
  });
});
