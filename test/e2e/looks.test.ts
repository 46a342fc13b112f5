// How it looks: pictures for people, in every kind of theme and width.
import { inject, test } from "vitest";
import { request } from "../support/extension/requests.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";

const text = [
  request(1, "llama3.1:8b"),
  request(2, "llama3.1:8b").replace("/v1/", "v1/"),
  request(3, "llama3.1:8b").replace(/\}$/, ",}"),
  "",
].join("\n");

describeVscode("the extension", () => {
  const vsix = inject("vsix");
  const vscode = useVscode(() => ({ vsix: vsix === null ? [] : [vsix], files: { "requests.jsonl": text } }));

  test("in light, dark and high contrast, narrow and wide", async () => {
    const window = await vscode.open({ width: 1280, height: 800 });
    const editor = await window.openFile("requests.jsonl");
    await editor.codeLens("Run batch on vLLM").waitFor();
    await window.problems.open();
    for (const theme of ["light", "dark", "highContrast", "highContrastLight"] as const) {
      await window.setTheme(theme);
      await editor.goTo(1, text.indexOf("llama"));
      await editor.hover("llama3.1:8b");
      await window.screenshot(`looks-${theme}`);
      await window.page.keyboard.press("Escape");
    }
    for (const [name, width, height] of [
      ["narrow", 640, 700],
      ["wide", 1900, 1000],
    ] as const) {
      await window.resize(width, height);
      await editor.waitForSquiggle("warning");
      await window.screenshot(`looks-${name}`);
    }
  });

  test("its walkthrough, and the sample that it opens", async () => {
    const window = await vscode.open({ width: 1600, height: 850 });
    await window.runCommand("Welcome: Open Walkthrough...");
    await window.quickInput.pick("Get Started with vLLM Batch");
    const page = window.page.locator(".gettingStartedContainer");
    const picture = (text: string) => window.webview().locator("svg text").filter({ hasText: text }).first();
    await picture("JSON allows no comma").waitFor();
    for (const theme of ["highContrast", "dark", "light"] as const) {
      await window.setTheme(theme);
      await picture("JSON allows no comma").waitFor();
      await window.screenshot(`walkthrough-${theme}`);
    }
    const steps = [
      ["Fix it in one step", "one step to undo it", "fix"],
      ["Run it", "Simulator (no real answers)", "run"],
      ["Get every answer", "errors.jsonl", "results"],
    ] as const;
    for (const [step, text, name] of steps) {
      await page.getByText(step).first().click();
      await picture(text).waitFor();
      await window.screenshot(`walkthrough-${name}`);
    }
    await page.getByText("See what is wrong").first().click();
    await page.getByRole("button", { name: "Open Sample File" }).click();
    const lens = window.page.locator(".codelens-decoration a").filter({ hasText: "8 requests" });
    await lens.first().waitFor();
    await window.page.locator(".squiggly-error").nth(2).waitFor();
    await window.screenshot("walkthrough-sample");
  });
});
