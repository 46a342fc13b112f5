import type { DocumentLink } from "vscode-languageserver";
import { findValue } from "../../batch/json/locate.ts";
import { property } from "../../util/unknown.ts";
import { lineOf } from "../document/documentLedger.ts";
import type { OpenFile } from "../openFile.ts";

/** Editors ask for the links of a whole file at once, and more than these make them slow. */
const MAX_LINKS = 2_000;
/** Finding an id in a longer line takes too long. */
const MAX_CHARACTERS = 100_000;

/** Where the answer to a request is looked for, once its link is followed. */
export interface AnswerPlace {
  /** The run folder, as an address. */
  run: string;
  customId: string;
}

/** Links from the ids of requests to their answers in a run folder (an address). */
export function documentLinksOf({ checked, lines }: OpenFile, run: string | null): DocumentLink[] {
  const links: DocumentLink[] = [];
  if (checked === null || run === null) return links;
  for (const { requests } of checked.document.units) {
    for (const request of requests) {
      if (links.length >= MAX_LINKS) return links;
      const line = lineOf(request);
      const text = lines[line] ?? "";
      const place = request.customId === null || text.length > MAX_CHARACTERS ? null : findValue(text, ["custom_id"]);
      if (place === null || request.customId === null) continue;
      const data: AnswerPlace = { run, customId: request.customId };
      const range = { start: { line, character: place.start }, end: { line, character: place.end } };
      links.push({ range, tooltip: "The answer in the last run", data });
    }
  }
  return links;
}

/** It comes back from the editor, so it is looked at like anything from outside. */
export function isAnswerPlace(value: unknown): value is AnswerPlace {
  return typeof property(value, "run") === "string" && typeof property(value, "customId") === "string";
}
