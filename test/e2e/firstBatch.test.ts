// A person's path, from a file with mistakes to answers on the disk. The screenshots are for people to look at.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { request } from "../support/extension/requests.ts";
import { ScriptedServer, sendError } from "../support/run/scriptedServer.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

/** An Ollama name, a comma too many, a url without its slash, and one that the server refuses the first time. */
const file = [
  request(1, "llama3.1:8b"),
  request(2, "tiny").replace(/\}\]\}\}$/, "}],}}"),
  request(3, "tiny").replace("/v1/chat", "v1/chat"),
  request(4, "tiny"),
  "",
].join("\n");

describeVscode("from a file with mistakes to answers", () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await ScriptedServer.start();
    server.models = ["tiny", "meta-llama/Llama-3.1-8B-Instruct"];
    server.script = ({ index, before }, response) =>
      index === 4 && before === 0 ? sendError(response, 400, "This prompt is too long for the model.") : undefined;
  });
  afterAll(() => server.stop());
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({ vsix: vsix === null ? [] : [vsix], files: { "requests.jsonl": file } }));

  test("open, look, fix, save, run, open the results, retry", async () => {
    const window = await vscode.open({ width: 1400, height: 900 });
    const editor = await window.openFile("requests.jsonl");
    await editor.waitForSquiggle("error");
    await editor.codeLens("Run batch on vLLM").waitFor();
    await window.screenshot("path-1-squiggles");
    await editor.goTo(1, request(1, "llama3.1:8b").indexOf("llama") + 3);
    await editor.hover("llama3.1:8b");
    await window.screenshot("path-2-hover");
    await window.page.keyboard.press("Escape");
    await window.problems.open();
    await window.screenshot("path-3-problems");
    await window.problems.goTo("no comma before");
    await editor.openQuickFixes();
    await window.screenshot("path-4-lightbulb");
    await editor.chooseQuickFix("Remove");
    await window.runCommand("vLLM Batch: Fix All");
    await editor.waitForNoSquiggle("error");
    await editor.waitForDirty();
    await editor.save();
    await window.screenshot("path-5-fixed");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await window.quickInput.pick("Enter a URL");
    await window.screenshot("path-6-where");
    await window.quickInput.answer("Address of an OpenAI-compatible server", server.url);
    await window.quickInput.answer("API key", "");
    expect(await window.notifications.message("The batch is done")).toContain("3 of 4 answered, 1 failed");
    await window.screenshot("path-7-done");
    await window.notifications.choose("The batch is done", "Open Results");
    const results = window.editor("output.jsonl");
    await results.waitForText("answer 1");
    await window.screenshot("path-8-results");
    await window.explorer.row("requests.jsonl").dblclick();
    await editor.shown();
    await window.problems.waitFor("This request failed");
    await window.screenshot("path-9-failed");
    await editor.codeLens("Retry this request").click();
    expect(await window.notifications.message("The batch is done")).toContain("4 of 4 answered, 0 failed");
    await window.screenshot("path-10-retried");
    const output = await readFile(
      path.join(vscode.folder, "requests.runs/001-llama-3.1-8b-instruct/output.jsonl"),
      "utf8",
    );
    expect(output.trim().split("\n")).toHaveLength(4);
  });
});
