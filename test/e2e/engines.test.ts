// Engines that are started for a run, as a person sees them. Every engine here is the simulator, and the GPU of the hover
// is a program that prints what a driver was recorded to say.
import { existsSync, mkdtempSync } from "node:fs";
import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { programPath } from "../../bench/support/program.ts";
import { llama31_8b } from "../support/engine/modelConfigs.ts";
import { request, requests } from "../support/extension/requests.ts";
import { replayTool, rtx4090, type Replay } from "../support/gpu/replay.ts";
import type { Editor } from "../support/vscode/editor.ts";
import { describeVscode } from "../support/vscode/parts.ts";
import { useVscode } from "../support/vscode/useVscode.ts";
import type { Workbench } from "../support/vscode/workbench.ts";

const statusItem = "vllm-batch.vllm-batch.run";
const team = ".vllm-batch/profiles/team.json";
const teamProfile = (greeting: string) => JSON.stringify({ engine: "simulator", env: { GREETING: greeting } });

/** The state folder of the program, with the person's own profiles: what they are asked to confirm is kept there, too. */
const state = mkdtempSync(path.join(tmpdir(), "vllm-batch-state-"));

async function writeProfile(name: string, flags: Record<string, number>, timeline: object): Promise<void> {
  const file = path.join(state, `${name}.timeline.json`);
  await mkdir(path.join(state, "profiles"), { recursive: true });
  await writeFile(file, JSON.stringify(timeline));
  const profile = { engine: "simulator", flags: { ...flags, timeline: file } };
  await writeFile(path.join(state, "profiles", `${name}.json`), JSON.stringify(profile));
}

/** Themes are there when the extensions are. The one that a former window chose stays. */
async function openInLight(window: Workbench, file: string): Promise<Editor> {
  const editor = await window.openFile(file);
  await editor.codeLens("Run batch on vLLM").waitFor();
  await window.setTheme("light");
  return editor;
}

async function run(window: Workbench, file: string, choice: string): Promise<void> {
  await openInLight(window, file);
  await window.runCommand("vLLM Batch: Run Batch on vLLM");
  await window.quickInput.pickFound(choice);
}

describeVscode("an engine that is started for a run (simulated)", () => {
  const vsix = inject("vsix");
  let home = "";
  let gpu: Replay | undefined;
  beforeAll(async () => {
    await writeProfile("slow", { "sim-startup-ms": 15_000 }, {});
    // The second life gets fewer requests than the first one had when it died.
    const crash = { when: { request: 15 }, do: { kind: "crash", exitCode: 1 } };
    await writeProfile("dies", { "sim-startup-ms": 8_000, "max-num-seqs": 4 }, { events: [crash] });
    const fault = { kind: "exit", exitCode: 1, log: ["OSError: [Errno 28] No space left on device"] };
    await writeProfile("never", {}, { startup: { fault } });
    gpu = await replayTool("nvidia-smi", "all();", [rtx4090]);
    // The extension host has the PATH of a person's login shell.
    home = path.join(state, "home");
    await mkdir(home);
    await writeFile(path.join(home, ".profile"), `export PATH=${gpu.folder}:$PATH\n`);
  });
  const vscode = useVscode(() => ({
    vsix: vsix === null ? [] : [vsix],
    env: { VLLM_BATCH_STATE_DIR: state, HOME: home },
    files: {
      "batch.jsonl": requests(20),
      "ask.jsonl": requests(3),
      "again.jsonl": requests(20),
      "never.jsonl": requests(3),
      "kept.jsonl": requests(3),
      "fit.jsonl": `${request(1, "org/model-8B")}\n`,
      "org/model-8B/config.json": JSON.stringify(llama31_8b),
      "org/model-8B/tokenizer.json": "{}",
      "org/model-8B/model.safetensors": "",
      [team]: teamProfile("hello"),
      ".vllm-batch/profiles/wrong.json": `{"hangSeconds": "long"}`,
    },
  }));
  afterAll(async () => {
    await gpu?.remove();
    // Of a test that failed before it did so.
    const env = { VLLM_BATCH_STATE_DIR: state };
    await execa(process.execPath, [programPath, "engine", "stop"], { env, reject: false });
    await rm(state, { recursive: true, force: true });
  });

  test("is chosen in the list, shows how its start goes, and ends with the run", async () => {
    const window = await vscode.open();
    await openInLight(window, "batch.jsonl");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    const rows = (await window.quickInput.foundRows()).join("\n");
    for (const name of ["desktop", "throughput", "conservative", "multi-gpu", "cpu"]) {
      expect(rows).toContain(`Start vLLM here: ${name}`);
    }
    expect(rows).toContain("Start the simulator here: team, .vllm-batch/profiles/team.json");
    expect(rows).toContain("Not usable: wrong.json, hangSeconds: expected a number of seconds");
    await window.screenshot("engine-where-light");
    await window.quickInput.cancel();
    await window.setTheme("dark");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await window.quickInput.foundRows();
    await window.screenshot("engine-where-dark");
    await window.quickInput.pickFound("Start the simulator here: slow");
    // Its title is there a moment before its message.
    await window.notifications.waitFor(/Starting the simulator for batch\.jsonl.*reads the model's configuration/);
    const status = await window.statusBar.waitForText(statusItem, /0\/20 · reads the model's configuration/);
    expect(status).toContain("simulated");
    await window.screenshot("engine-start-dark");
    await window.setTheme("light");
    await window.screenshot("engine-start-light");
    expect(await window.notifications.message("The simulated run is done")).toContain("20 of 20 answered");
    expect(await window.statusBar.languageStatus()).toEqual(
      expect.arrayContaining([expect.stringContaining("Starts the simulator for each run: slow")]),
    );
    // It is remembered: nothing is asked.
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await window.notifications.waitFor("Starting the simulator for batch.jsonl");
  });

  test("as a file of the workspace says is started only when that was confirmed, and again when it has changed", async () => {
    const window = await vscode.open();
    await run(window, "ask.jsonl", "Start the simulator here: team");
    const dialog = window.dialog("Start an engine as this folder says?");
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain(path.join(vscode.folder, team));
    expect(await dialog.innerText()).toContain("Environment variable: GREETING=hello");
    await window.screenshot("engine-consent-light");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(existsSync(path.join(vscode.folder, "ask.runs", "001-tiny"))).toBe(false);
    expect(existsSync(path.join(state, "consents.json"))).toBe(false);
    await window.setTheme("dark");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await dialog.waitFor();
    await window.screenshot("engine-consent-dark");
    // What is confirmed is what was shown, whatever the file says by now.
    await writeFile(path.join(vscode.folder, team), teamProfile("goodbye"));
    await dialog.getByRole("button", { name: "Start It" }).click();
    const changed = dialog.filter({ hasText: "GREETING=goodbye" });
    await changed.waitFor();
    expect(existsSync(path.join(state, "consents.json"))).toBe(false);
    await changed.getByRole("button", { name: "Start It" }).click();
    expect(await window.notifications.message("The simulated run is done")).toContain("3 of 3 answered");
    await window.runCommand("vLLM Batch: Run Batch on vLLM");
    await window.statusBar.waitForText(statusItem, /\/3/);
    expect(await dialog.count()).toBe(0);
  });

  test("is started again when it dies, and says why and how", async () => {
    const window = await vscode.open();
    await run(window, "again.jsonl", "Start the simulator here: dies");
    const toast = await window.notifications.message(/The engine failed: .*Starting again with .*, attempt 2/);
    expect(toast).toMatch(/^Simulated run: The engine failed/);
    await window.statusBar.waitForText(statusItem, /attempt 2/);
    await window.screenshot("engine-again-light");
    await window.setTheme("dark");
    await window.screenshot("engine-again-dark");
    expect(await window.notifications.message("The simulated run is done")).toContain("20 of 20 answered");
  });

  test("that does not start is given up with the reason, and shows what it said", async () => {
    const window = await vscode.open();
    await run(window, "never.jsonl", "Start the simulator here: never");
    const text = await window.notifications.message("The simulated run could not go on");
    expect(text).toMatch(/disk is full/i);
    await window.screenshot("engine-given-up-light");
    await window.setTheme("dark");
    await window.screenshot("engine-given-up-dark");
    await window.notifications.choose("The simulated run could not go on", "Show Engine Log");
    await window.editor("engine.log").waitForText("No space left on device");
    const manifest = await readFile(path.join(vscode.folder, "never.runs/001-tiny/run.json"), "utf8");
    expect(JSON.parse(manifest)).toMatchObject({ status: "failed", engine: { kind: "managed", simulated: true } });
  });

  test("stays when the setting says so, until it is stopped", async () => {
    const settings = path.join(vscode.folder, ".vscode/settings.json");
    await mkdir(path.dirname(settings));
    await writeFile(settings, JSON.stringify({ "vllmBatch.run.keepEngine": true }));
    const window = await vscode.open();
    await run(window, "kept.jsonl", "Start the simulator here: simulator");
    expect(await window.notifications.message("The simulated run is done")).toContain("3 of 3 answered");
    await rm(settings);
    await window.runCommand("vLLM Batch: Stop Engine");
    expect(await window.notifications.message("The engine of tiny has ended")).toContain("nothing of it is left");
  });

  test("the hover on a model says whether it fits, on a replayed GPU", async () => {
    await truncate(path.join(vscode.folder, "org/model-8B/model.safetensors"), 15 * 2 ** 30);
    const window = await vscode.open();
    const editor = await openInLight(window, "fit.jsonl");
    await editor.goTo(1, request(1, "org/model-8B").indexOf("org/") + 3);
    const text = await editor.hover("on this GPU (NVIDIA GeForce RTX 4090, 24 GiB)");
    expect(text).toContain("Publisher: org");
    await window.screenshot("engine-fit-light");
    await window.setTheme("dark");
    await editor.goTo(1, request(1, "org/model-8B").indexOf("org/") + 3);
    await editor.hover("on this GPU (NVIDIA GeForce RTX 4090, 24 GiB)");
    await window.screenshot("engine-fit-dark");
  });
});
