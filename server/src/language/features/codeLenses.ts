import type { CodeLens } from "vscode-languageserver";
import { clientCommands } from "../../protocol/language.ts";
import type { OpenFile } from "../openFile.ts";
import type { RunFailures } from "../runFailures.ts";

/** More than these nobody scrolls through, and each costs the editor time. */
const MAX_FAILED = 200;

/** Above the first line what the file is and how to run it; above failed requests why, and how to ask again. */
export function codeLensesOf(file: OpenFile, failures: RunFailures | null): CodeLens[] {
  if (file.checked === null) return [];
  const { document } = file.checked;
  const { requests, counts, models } = document.summary();
  const names = Object.keys(models);
  const about = [
    plural(requests, "request"),
    ...(names.length === 1 ? [names[0] ?? ""] : names.length > 1 ? [plural(names.length, "model")] : []),
    problemText(counts.error, counts.warning),
  ];
  const lenses = [
    lens(0, "$(play) Run batch on vLLM", clientCommands.run, [file.uri]),
    lens(0, about.join(" · "), clientCommands.showAllProblems, [file.uri]),
  ];
  if (failures === null) return lenses;
  const inSimulation = failures.simulated ? " in the last simulated run" : "";
  for (const { line, failure } of failures.placesIn(document)) {
    if (lenses.length >= 2 * MAX_FAILED) break;
    const at = [file.uri, failures.run, failure.customId];
    lenses.push(lens(line, `$(error) Failed${inSimulation}: ${failure.message}`, clientCommands.openResponse, at));
    lenses.push(lens(line, "Retry this request", clientCommands.retryRequest, at));
  }
  return lenses;
}

function lens(line: number, title: string, command: string, args: unknown[]): CodeLens {
  const at = { line, character: 0 };
  return { range: { start: at, end: at }, command: { title, command, arguments: args } };
}

function problemText(errors: number, warnings: number): string {
  if (errors + warnings === 0) return "nothing wrong";
  return [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
  ].join(", ");
}

function plural(count: number, word: string): string {
  return `${count.toLocaleString("en-US")} ${word}${count === 1 ? "" : "s"}`;
}
