import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../../../package.json" with { type: "json" };
import { problemText } from "../../../server/src/cli/check/problemText.ts";
import type { Problem } from "../../../server/src/protocol/problem.ts";
import { readSettings } from "../../../server/src/language/settings.ts";
import { clientCommands } from "../../../server/src/protocol/language.ts";
import { property } from "../../../server/src/util/unknown.ts";
import { commands as table } from "../../../client/src/commands/table.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const { contributes, capabilities } = packageJson;
const ids = contributes.commands.map(({ command }) => command);
const packageTexts = await readFile(path.join(root, "package.nls.json"), "utf8");
/** By the texts of package.json: the welcome view, the walkthrough, settings. */
const linked = packageTexts.match(/(?<=\(command:)[^)]+/g) ?? [];

describe("the commands of package.json", () => {
  it("are those that there are", () => {
    expect(ids.toSorted()).toEqual(Object.keys(table).toSorted());
  });

  it("hold all that the language server calls, and the palette shows none that need arguments", () => {
    const called: readonly string[] = Object.values(clientCommands);
    expect(ids).toEqual(expect.arrayContaining([...called]));
    const hidden = contributes.menus.commandPalette
      .filter(({ when }) => when === "false")
      .map(({ command }) => command);
    expect(hidden.toSorted()).toEqual([
      "vllmBatch.addModelName",
      "vllmBatch.excludeRequest",
      "vllmBatch.ignoreRule",
      "vllmBatch.openResponse",
      "vllmBatch.retryRequest",
    ]);
  });

  it("are the only ones that menus and the walkthrough name", () => {
    const named = JSON.stringify([contributes.menus, contributes.walkthroughs]).match(/vllmBatch\.\w+/g) ?? [];
    expect(linked.filter((command) => command.startsWith("vllmBatch.") && !ids.includes(command))).toEqual([]);
    const others = new Set(named.filter((name) => !ids.includes(name)));
    expect([...others].toSorted()).toEqual(["vllmBatch.batchFiles", "vllmBatch.explorer"]);
  });

  it("show in menus of files only for batch files", () => {
    const { "editor/title": title, "editor/title/run": run, "explorer/context": explorer } = contributes.menus;
    for (const { when } of [...title, ...run, ...explorer]) {
      expect(when).toBe("resourcePath in vllmBatch.batchFiles");
    }
  });

  it("run nothing where the workspace is not trusted", () => {
    const guarded = ["run", "resume", "cancel", "retryFailed", "chooseEndpoint", "setApiKey", "doctor", "stopEngine"];
    for (const { command, ...others } of contributes.commands) {
      const enablement = "enablement" in others ? others.enablement : "";
      expect(enablement.includes("isWorkspaceTrusted"), command).toBe(
        guarded.includes(command.replace("vllmBatch.", "")),
      );
    }
  });
});

describe("the settings of package.json", () => {
  const properties: Record<string, { default: unknown; scope: string }> = contributes.configuration.properties;

  it("have the defaults that the language server takes without them", () => {
    const section: Record<string, unknown> = {};
    for (const [key, { default: value }] of Object.entries(properties)) {
      const [, ...steps] = key.split(".");
      let place = section;
      for (const step of steps.slice(0, -1)) place = (place[step] ??= {}) as Record<string, unknown>;
      place[steps.at(-1) ?? ""] = value;
    }
    expect(readSettings(section)).toEqual(readSettings({}));
  });

  it("say what they are, in an order, and how far they reach", () => {
    const settings = Object.entries(contributes.configuration.properties);
    expect(settings.map(([, { order }]) => order)).toEqual(settings.map((_, index) => index + 1));
    for (const [key, setting] of settings) {
      expect(setting.markdownDescription, key).toMatch(/^%setting\.\w+%$/);
      expect(setting, key).toHaveProperty("default");
      // The server asks for the settings of the window; a run for those of its file. Only where to run is a machine's.
      const scope = key.includes(".run.") ? "resource" : key.endsWith(".endpoint") ? "machine-overridable" : "window";
      expect(setting.scope, key).toBe(scope);
    }
  });

  it("that lead out of the machine or change what is run wait for trust", () => {
    const settings = Object.keys(properties).filter((key) => /endpoint|\.run\./.test(key));
    expect(capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(settings);
  });
});

describe("the welcome view", () => {
  it("stands in a view that VS Code has for it, and needs no API that is not released", () => {
    expect(contributes.viewsWelcome.map((view) => [view.view, Object.keys(view)])).toEqual([
      ["explorer", ["view", "contents"]],
    ]);
  });

  it("leads to a sample and to the walkthrough, a line each, so that VS Code makes buttons of them", () => {
    const [walkthrough] = contributes.walkthroughs;
    const id = `${packageJson.publisher}.${packageJson.name}#${walkthrough?.id ?? ""}`;
    const open = `workbench.action.openWalkthrough?${encodeURIComponent(JSON.stringify(id))}`;
    const [, ...buttons] = String(property(JSON.parse(packageTexts), "welcome.explorer")).split("\n");
    expect(buttons.map((line) => /^\[[^\]]+\]\(command:([^)]+)\)$/.exec(line)?.[1])).toEqual([
      "vllmBatch.openSample",
      open,
    ]);
  });
});

describe("the problem matcher", () => {
  const [matcher] = contributes.problemMatchers;
  const pattern = new RegExp(matcher?.pattern.regexp ?? "$^");

  it.each(["requests.jsonl", "a folder/with: colon.jsonl", "C:\\data\\requests.jsonl"])(
    "reads what validate prints of %s",
    (file) => {
      const problem: Problem = {
        ...{ line: 3, column: 14, endLine: 3, endColumn: 20 },
        ...{
          code: "customId.duplicate",
          severity: "error",
          message: "It stands twice: 1:2.",
          customId: null,
          fix: null,
        },
      };
      const match = pattern.exec(problemText(file, problem, 5));
      expect(match?.slice(1)).toEqual([
        file,
        "3",
        "14",
        "error",
        "customId.duplicate",
        "It stands twice: 1:2. (and 5 more lines like this)",
      ]);
    },
  );

  it("passes over what is no problem", () => {
    expect(pattern.test("requests.jsonl: 3 errors, 2 warnings. 5 of 8 requests can be sent.")).toBe(false);
  });
});

describe("the files that package.json names", () => {
  it("are there", () => {
    const named = JSON.stringify([packageJson.icon, contributes.walkthroughs]).match(/media\/[\w./-]+/g) ?? [];
    expect(named.length).toBeGreaterThan(4);
    for (const file of named) expect(existsSync(path.join(root, file)), file).toBe(true);
  });
});
