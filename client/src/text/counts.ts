/** Things with their number, as parts of sentences. */
import * as vscode from "vscode";
import { grouped } from "./figures.ts";

export function requests(count: number): string {
  return count === 1 ? vscode.l10n.t("1 request") : vscode.l10n.t("{0} requests", shown(count));
}

export function errors(count: number): string {
  return count === 1 ? vscode.l10n.t("1 error") : vscode.l10n.t("{0} errors", shown(count));
}

export function warnings(count: number): string {
  return count === 1 ? vscode.l10n.t("1 warning") : vscode.l10n.t("{0} warnings", shown(count));
}

export function problems(count: number): string {
  return count === 1 ? vscode.l10n.t("1 problem") : vscode.l10n.t("{0} problems", shown(count));
}

export function lines(count: number): string {
  return count === 1 ? vscode.l10n.t("1 line") : vscode.l10n.t("{0} lines", shown(count));
}

export function files(count: number): string {
  return count === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", shown(count));
}

function shown(count: number): string {
  return grouped(count, vscode.env.language);
}
