import { InlayHintKind, type InlayHint, type Range } from "vscode-languageserver";
import { promptTextOf } from "../../batch/report/promptText.ts";
import { tokensOf } from "../../batch/report/tokens.ts";
import { isObject, property } from "../../util/unknown.ts";
import { judgeUnit } from "../document/judgedRequests.ts";
import type { OpenFile } from "../openFile.ts";

/** About how long each prompt is, at the beginning of its line: lines are longer than any window. */
export function inlayHintsOf({ checked }: OpenFile, { start, end }: Range): InlayHint[] {
  if (checked === null) return [];
  const hints: InlayHint[] = [];
  for (const unit of checked.document.unitsBetween(start.line, end.line)) {
    for (const { record } of judgeUnit(checked.document, unit).requests) {
      const body = property(record.value, "body");
      if (!isObject(body)) continue;
      const tokens = tokensOf(Buffer.byteLength(promptTextOf(body)));
      hints.push({
        position: { line: record.line - 1, character: 0 },
        label: `≈ ${tokens.toLocaleString("en-US")} tokens`,
        kind: InlayHintKind.Parameter,
        paddingRight: true,
        tooltip: "The length of the prompt, estimated: four bytes of text are about one token.",
      });
    }
  }
  return hints;
}
