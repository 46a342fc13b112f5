import { CodeActionKind, type CodeAction, type Diagnostic, type Range, type TextEdit } from "vscode-languageserver";
import { isTextFinding, type AnyFinding } from "../../batch/finding.ts";
import { joinLines } from "../../batch/fixes/joinLines.ts";
import { withFix } from "../../batch/fixes/mend.ts";
import { answerFor } from "../../batch/models/resolveModel.ts";
import { applyEdit } from "../../batch/fixes/applyEdit.ts";
import { problemOf } from "../../batch/problems.ts";
import { property } from "../../util/unknown.ts";
import { clientCommands } from "../../protocol/language.ts";
import { judgeUnit, type JudgedRequest } from "../document/judgedRequests.ts";
import type { CheckedText, OpenFile } from "../openFile.ts";
import { MORE_PROBLEMS, SOURCE } from "./diagnostics.ts";
import { runActionsOf } from "./runActions.ts";
import { smallestEdit } from "./textEdits.ts";

export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.vllmBatch`;

/** More than this many lines are not selected to fix one thing. */
const MAX_LINES = 200;
/** More than these a person does not read in a menu. */
const MAX_CANDIDATES = 4;

export interface ActionRequest {
  range: Range;
  diagnostics: readonly Diagnostic[];
  /** Kinds that are asked for; empty for all. */
  only: readonly string[];
  /** Whether the editor knows our commands, such as that to choose a model. */
  knowsCommands: boolean;
}

/** What an action that changes the whole file is made of, once it is chosen: edits for all of it are not made before. */
export interface WholeFileFix {
  uri: string;
  version: number;
  /** Problems with this code; null for all that can safely be fixed. */
  code: string | null;
}

/** It comes back from the editor, so it is looked at like anything from outside. */
export function isWholeFileFix(value: unknown): value is WholeFileFix {
  const code = property(value, "code");
  return (
    typeof property(value, "uri") === "string" &&
    typeof property(value, "version") === "number" &&
    (code === null || typeof code === "string")
  );
}

/** Whether actions for the whole file are what is asked for, as when a file is saved: not what there is at a place. */
export function wantsWholeFile(only: readonly string[]): boolean {
  return only.length > 0 && isWanted(FIX_ALL_KIND, only);
}

/** The actions for a place in a batch file. Those for the whole file have `data` (a WholeFileFix) instead of an edit. */
export function codeActionsOf(file: OpenFile, request: ActionRequest): CodeAction[] {
  const { checked } = file;
  if (checked === null) return [];
  const actions: CodeAction[] = [];
  if (isWanted(CodeActionKind.QuickFix, request.only)) {
    actions.push(...quickFixes(file, checked, request));
    if (request.knowsCommands) actions.push(...request.diagnostics.flatMap((one) => diagnosticCommands(file, one)));
  }
  if (isWanted(FIX_ALL_KIND, request.only) && checked.document.summary().safelyFixable > 0) {
    const data: WholeFileFix = { uri: file.uri, version: file.version, code: null };
    actions.push({ title: "Fix all that can safely be fixed in this batch file", kind: FIX_ALL_KIND, data });
  }
  return actions;
}

function isWanted(kind: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
}

function quickFixes(file: OpenFile, { document }: CheckedText, request: ActionRequest): CodeAction[] {
  const first = request.range.start.line;
  const last = Math.min(request.range.end.line, first + MAX_LINES);
  const actions: CodeAction[] = [];
  const codes = new Map<string, boolean>();
  for (const unit of document.unitsBetween(first, last)) {
    for (const judged of judgeUnit(document, unit).requests) {
      // A unit may be an array of ten thousand.
      if (judged.record.endLine <= first || judged.record.line - 1 > last) continue;
      for (const finding of judged.findings) {
        const diagnostic = diagnosticOf(finding, judged, request.diagnostics);
        if (request.diagnostics.length > 0 && diagnostic === undefined) continue;
        codes.set(finding.code, codes.get(finding.code) === true || finding.fix !== undefined);
        actions.push(...fixesOf(file, judged, finding, diagnostic));
        if (request.knowsCommands) actions.push(...modelCommands(file, judged, finding, diagnostic));
      }
    }
  }
  return [...actions, ...ruleActions(file, codes, request)];
}

/** What our extension can do about what is no finding. */
function diagnosticCommands({ uri }: OpenFile, diagnostic: Diagnostic): CodeAction[] {
  if (diagnostic.source !== SOURCE || diagnostic.code !== MORE_PROBLEMS) return runActionsOf(uri, diagnostic);
  const title = "Show all problems";
  const command = { title, command: clientCommands.showAllProblems, arguments: [uri] };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }];
}

/** The diagnostic that an editor shows for a finding. */
function diagnosticOf(
  finding: AnyFinding,
  { record, customId }: JudgedRequest,
  diagnostics: readonly Diagnostic[],
): Diagnostic | undefined {
  const candidates = diagnostics.filter(({ code }) => code === finding.code);
  if (candidates.length === 0) return undefined;
  const { line, column } = problemOf(finding, record, customId);
  return candidates.find(({ range: { start } }) => start.line === line - 1 && start.character === column - 1);
}

function fixesOf(file: OpenFile, judged: JudgedRequest, finding: AnyFinding, of: Diagnostic | undefined): CodeAction[] {
  const { fix } = finding;
  const actions: CodeAction[] = [];
  const text = fix === undefined ? null : mended(judged, finding);
  if (fix !== undefined && text !== null) {
    actions.push({
      title: fix.title,
      kind: CodeActionKind.QuickFix,
      isPreferred: fix.kind === "safe",
      ...(of && { diagnostics: [of] }),
      edit: editOf(file, judged, text),
    });
  }
  const model = modelOf(judged);
  if (!finding.code.startsWith("model.") || model === null) return actions;
  const others = answerFor(model, file.settings.modelNames).candidates.slice(0, MAX_CANDIDATES + 1);
  for (const candidate of others) {
    const title = `Change "model" to "${candidate}"`;
    const changed = applyEdit(judged.record.text, { op: "replace", path: ["body", "model"], value: candidate });
    if (title === fix?.title || changed === null) continue;
    const edit = editOf(file, judged, changed);
    actions.push({ title, kind: CodeActionKind.QuickFix, ...(of && { diagnostics: [of] }), edit });
  }
  return actions;
}

function mended({ record }: JudgedRequest, finding: AnyFinding): string | null {
  // That a request stands on several lines has no place in the text to be mended at.
  if (finding.code === "json.prettyPrinted") return record.value === undefined ? null : joinLines(record.text);
  if (isTextFinding(finding) && record.form === "element") return null;
  return withFix(record.text, finding);
}

function editOf(file: OpenFile, { record }: JudgedRequest, text: string): NonNullable<CodeAction["edit"]> {
  const { line, column, endLine } = record;
  const { lines } = file;
  const lineEnd = file.checked?.document.lineEnd ?? "\n";
  const old = lines.slice(line - 1, endLine).join("\n");
  const start = column - 1;
  const fresh = old.slice(0, start) + text + old.slice(start + record.text.length);
  const edit = smallestEdit({ lines, lineEnd }, { first: line - 1, last: endLine - 1, texts: fresh.split("\n") });
  return workspaceEdit(file, [edit]);
}

/** An edit that an editor refuses when the text has changed since. */
export function workspaceEdit({ uri, version }: Pick<OpenFile, "uri" | "version">, edits: TextEdit[]) {
  return { documentChanges: [{ textDocument: { uri, version }, edits }] };
}

function modelCommands(
  file: OpenFile,
  judged: JudgedRequest,
  finding: AnyFinding,
  of: Diagnostic | undefined,
): CodeAction[] {
  const model = modelOf(judged);
  if (!finding.code.startsWith("model.") || model === null) return [];
  const command = (title: string, id: string): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    ...(of && { diagnostics: [of] }),
    command: { title, command: id, arguments: [file.uri, model] },
  });
  return [
    command("Choose another model…", clientCommands.replaceModelNames),
    command(`Add ${JSON.stringify(model)} to my model names…`, clientCommands.addModelName),
  ];
}

/** @param codes those at hand, and whether they can be fixed */
function ruleActions(
  file: OpenFile,
  codes: ReadonlyMap<string, boolean>,
  { knowsCommands }: ActionRequest,
): CodeAction[] {
  const byCode = file.checked?.document.summary().byCode ?? {};
  const actions: CodeAction[] = [];
  for (const [code, isFixable] of codes) {
    const count = byCode[code] ?? 0;
    if (isFixable && count > 1) {
      const data: WholeFileFix = { uri: file.uri, version: file.version, code };
      const title = `Fix all ${count.toLocaleString("en-US")} problems "${code}" in this file`;
      actions.push({ title, kind: CodeActionKind.QuickFix, data });
    }
  }
  if (!knowsCommands) return actions;
  for (const code of codes.keys()) {
    const title = `Ignore the rule "${code}" in this workspace`;
    const command = { title, command: clientCommands.ignoreRule, arguments: [code] };
    actions.push({ title, kind: CodeActionKind.QuickFix, command });
  }
  return actions;
}

function modelOf({ record }: JudgedRequest): string | null {
  const model = property(property(record.value, "body"), "model");
  return typeof model === "string" ? model : null;
}
