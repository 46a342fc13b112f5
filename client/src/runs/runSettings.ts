import * as vscode from "vscode";

const MOST_IN_FLIGHT = 4096;

export interface RunSettings {
  inFlight: number | null;
  order: "file" | "prefix";
  keepEngine: boolean;
}

/** The settings of runs, for one batch file. What is out of range is as if it were not set. */
export function runSettings(uri: vscode.Uri): RunSettings {
  const settings = vscode.workspace.getConfiguration("vllmBatch", uri);
  const inFlight: unknown = settings.get("run.inFlight");
  const isSet = typeof inFlight === "number" && Number.isInteger(inFlight) && inFlight >= 1;
  return {
    inFlight: isSet && inFlight <= MOST_IN_FLIGHT ? inFlight : null,
    order: settings.get<unknown>("run.order") === "prefix" ? "prefix" : "file",
    keepEngine: settings.get<unknown>("run.keepEngine") === true,
  };
}
