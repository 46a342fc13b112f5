import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import { findValue } from "../batch/json/locate.ts";
import type { FailuresParams, RunFailure } from "../protocol/language.ts";
import type { BatchDocument } from "./document/batchDocument.ts";
import { lineOf } from "./document/documentLedger.ts";

export const RUN_SOURCE = "vLLM Batch run";

/** Requests of an open file that failed in a run. They are known by their ids, so they move with every edit. */
export class RunFailures {
  readonly run: string;
  readonly simulated: boolean;
  readonly #byId: ReadonlyMap<string, RunFailure>;

  constructor({ run, simulated, failures }: Pick<FailuresParams, "run" | "simulated" | "failures">) {
    this.run = run;
    this.simulated = simulated;
    this.#byId = new Map(failures.map((failure) => [failure.customId, failure]));
  }

  /** Those of which the request is still in the document, with its line (from 0), in the order of the run. */
  *placesIn({ ledger }: BatchDocument): Generator<{ line: number; failure: RunFailure }> {
    for (const [customId, failure] of this.#byId) {
      const request = ledger.holderOf(customId);
      if (request !== null) yield { line: lineOf(request), failure };
    }
  }

  /** At most `limit`. */
  diagnostics(document: BatchDocument, limit: number): Diagnostic[] {
    const found: Diagnostic[] = [];
    for (const { line, failure } of this.placesIn(document)) {
      if (found.length >= limit) break;
      const text = document.lines[line] ?? "";
      const place = text.length > MAX_CHARACTERS ? null : findValue(text, ["custom_id"]);
      found.push({
        range: { start: { line, character: place?.start ?? 0 }, end: { line, character: place?.end ?? text.length } },
        severity: DiagnosticSeverity.Error,
        code: failure.code,
        source: RUN_SOURCE,
        message: `This request failed in the last ${this.simulated ? "simulated run" : "run"}. ${failure.message}`,
        data: { run: this.run, customId: failure.customId },
      });
    }
    return found;
  }
}

/** Finding a place in a longer line takes too long to be done on every edit. */
const MAX_CHARACTERS = 1_000_000;
