/** What is said of how a model fits on this machine's GPU. */
import * as vscode from "vscode";
import { grouped } from "../text/figures.ts";
import type { ModelFit } from "./modelFit.ts";

/** One or two sentences. Plain text: names are in it. */
export function fitText({ fits, gpu, gpuGiB, kvCacheGiB, largestLength, stops }: ModelFit): string {
  const card = `${gpu}, ${gib(gpuGiB)}`;
  const [stop] = stops;
  if (stop !== undefined) return vscode.l10n.t("Does not run on this GPU ({0}): {1}", card, stop);
  if (kvCacheGiB <= 0) {
    return fits === "no"
      ? vscode.l10n.t("Does not fit on this GPU ({0}): about {1} are missing.", card, gib(-kvCacheGiB))
      : vscode.l10n.t("Too close to tell whether it fits on this GPU ({0}).", card);
  }
  const room = gib(kvCacheGiB);
  if (fits === "unknown") return vscode.l10n.t("Too close to tell whether it fits on this GPU ({0}).", card);
  if (fits === "no") {
    const tokens = grouped(largestLength ?? 0, vscode.env.language);
    return vscode.l10n.t(
      "Does not fit on this GPU ({0}) with its whole context: there is room for {1} tokens.",
      card,
      tokens,
    );
  }
  if (largestLength === null) {
    return vscode.l10n.t("Fits on this GPU ({0}): about {1} are left for requests of any length.", card, room);
  }
  const tokens = grouped(largestLength, vscode.env.language);
  return vscode.l10n.t(
    "Fits on this GPU ({0}): about {1} are left, room for a request of {2} tokens.",
    card,
    room,
    tokens,
  );
}

function gib(amount: number): string {
  return `${amount.toLocaleString(vscode.env.language, { maximumFractionDigits: amount < 10 ? 1 : 0 })} GiB`;
}
