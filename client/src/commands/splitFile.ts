import * as vscode from "vscode";
import { shownName } from "../files/batchFiles.ts";
import { makeFiles } from "../files/makeFiles.ts";
import { savedSource } from "../files/savedSource.ts";
import { targetFile } from "../files/targetFile.ts";
import type { Command } from "../parts.ts";

/** Split File: makes several batch files of one, beside it. */
export const command: Command = async (parts, [given]) => {
  const uri = await targetFile(parts, given);
  const source =
    uri === undefined
      ? undefined
      : await savedSource(uri, vscode.l10n.t("Other files are made of the file on the disk."));
  if (source === undefined) return;
  const how = await askHow();
  if (how === undefined) return;
  await makeFiles(parts, source, ["split", source.fsPath, ...how], vscode.l10n.t("Splitting {0}", shownName(source)));
};

type Way = "model" | "parts" | "requests";

/** The options of `vllm-batch split`. */
async function askHow(): Promise<string[] | undefined> {
  const ways: (vscode.QuickPickItem & { way: Way })[] = [
    {
      label: vscode.l10n.t("A file for each model"),
      description: vscode.l10n.t("since one vLLM serves one model"),
      way: "model",
    },
    { label: vscode.l10n.t("Parts of the same length…"), way: "parts" },
    {
      label: vscode.l10n.t("At most so many requests in each file…"),
      description: vscode.l10n.t("OpenAI takes 50,000"),
      way: "requests",
    },
  ];
  const choice = await vscode.window.showQuickPick(ways, { title: vscode.l10n.t("Split how?") });
  switch (choice?.way) {
    case "model":
      return ["--by-model"];
    case "parts":
      return await askNumber("--parts", vscode.l10n.t("How many parts?"), "2");
    case "requests":
      return await askNumber("--requests", vscode.l10n.t("How many requests in each file at most?"), "50000");
    default:
      return undefined;
  }
}

async function askNumber(option: string, title: string, value: string): Promise<string[] | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value,
    validateInput: (text) =>
      /^\s*[1-9]\d{0,8}\s*$/.test(text) ? undefined : vscode.l10n.t("A whole number from 1 on."),
  });
  return typed === undefined ? undefined : [option, typed.trim()];
}
