import { describe, expect, test } from "vitest";
import { codeActionsOf, FIX_ALL_KIND, isWholeFileFix } from "../../../../server/src/language/features/codeActions.ts";
import { diagnosticsOf } from "../../../../server/src/language/features/diagnostics.ts";
import type { OpenFile } from "../../../../server/src/language/openFile.ts";
import { RunFailures } from "../../../../server/src/language/runFailures.ts";
import { openFile, requestLine } from "../../../support/openFile.ts";

interface Options {
  only?: string[];
  knowsCommands?: boolean;
  maxProblems?: number;
}

function actions(file: OpenFile, line: number, options: Options = {}) {
  const checked = file.checked;
  if (checked === null) throw new Error("This is no batch file.");
  const context = { uri: file.uri, maxProblems: options.maxProblems ?? 100, pageOf: (code: string) => `page:${code}` };
  const diagnostics = diagnosticsOf(checked, context).filter(({ range }) => range.start.line === line);
  const at = { line, character: 0 };
  return codeActionsOf(file, {
    range: { start: at, end: at },
    diagnostics,
    only: options.only ?? ["quickfix"],
    knowsCommands: options.knowsCommands ?? false,
  });
}

const titles = (found: { title: string }[]) => found.map(({ title }) => title);

describe("codeActionsOf", () => {
  test("a fix for the place, tied to its problem, and the version it is for", () => {
    const file = openFile(requestLine("a", { model: "llama3.1:8b" }));
    const [fix] = actions(file, 0);
    expect(fix).toMatchObject({
      title: 'Change "model" to "meta-llama/Llama-3.1-8B-Instruct"',
      isPreferred: true,
      diagnostics: [{ code: "model.ollama" }],
      edit: { documentChanges: [{ textDocument: { uri: file.uri, version: 1 } }] },
    });
  });

  test("a fix that a person should look at is not preferred", () => {
    const [fix] = actions(openFile(`${requestLine("a")}\n${requestLine("a")}`), 1);
    expect(fix).toMatchObject({ title: 'Change "custom_id" to "a-2"', isPreferred: false });
  });

  test("the same for all of the file, when there are more", () => {
    const file = openFile([1, 2, 3].map((id) => requestLine(`${id}`, { model: "llama3.1:8b" })).join("\n"));
    const all = actions(file, 0).find(({ data }) => isWholeFileFix(data));
    expect(all).toMatchObject({
      title: 'Fix all 3 problems "model.ollama" in this file',
      data: { uri: file.uri, version: 1, code: "model.ollama" },
    });
  });

  test("commands only for an editor that has them", () => {
    const file = openFile(requestLine("a", { model: "llama3.1:8b" }));
    expect(actions(file, 0).filter(({ command }) => command !== undefined)).toEqual([]);
    expect(titles(actions(file, 0, { knowsCommands: true }))).toEqual(
      expect.arrayContaining([
        "Choose another model…",
        'Add "llama3.1:8b" to my model names…',
        'Ignore the rule "model.ollama" in this workspace',
      ]),
    );
  });

  test("a request over several lines is joined", () => {
    const [fix] = actions(openFile(JSON.stringify(JSON.parse(requestLine("a")), null, 2)), 0);
    expect(fix?.title).toBe("Join the lines of this request");
    expect(fix?.edit).toBeDefined();
  });

  test("all that can safely be fixed, when it is asked for", () => {
    const file = openFile(requestLine("a", { model: "llama3.1:8b" }));
    expect(actions(file, 0, { only: ["source"] })).toMatchObject([{ kind: FIX_ALL_KIND, data: { code: null } }]);
    expect(actions(openFile(requestLine("a")), 0, { only: ["source.fixAll"] })).toEqual([]);
  });

  test("in an array only what is on the line", () => {
    const lines = [1, 2, 3].map((id) => requestLine(`${id}`, { model: "llama3.1:8b" }));
    const file = openFile(`[\n${lines.join(",\n")}\n]`);
    const at = { line: 2, character: 0 };
    const found = codeActionsOf(file, {
      range: { start: at, end: at },
      diagnostics: [],
      only: ["quickfix"],
      knowsCommands: false,
    });
    const edits = found.flatMap(({ edit }) => edit?.documentChanges ?? []);
    expect(edits).toMatchObject([{ edits: [{ range: { start: { line: 2 } } }] }]);
  });

  test("all problems, where there are more than are shown", () => {
    const file = openFile(["a", "b"].map((id) => requestLine(id, { model: "llama3.1:8b" })).join("\n"));
    const found = actions(file, 0, { knowsCommands: true, maxProblems: 1 });
    expect(found.find(({ title }) => title === "Show all problems")).toMatchObject({
      diagnostics: [{ code: "file.moreProblems" }],
      command: { command: "vllmBatch.showAllProblems", arguments: [file.uri] },
    });
    expect(titles(actions(file, 0, { maxProblems: 1 }))).not.toContain("Show all problems");
  });

  test("for a request that failed in a run: again, what came of it, and without it", () => {
    const file = openFile(`${requestLine("a")}\n${requestLine("b")}`);
    const checked = file.checked;
    if (checked === null) throw new Error("This is no batch file.");
    const failure = { customId: "b", line: 2, code: "run.attempts", message: "Failed 5 times." };
    const diagnostics = new RunFailures({
      run: "/work/batch.runs/001-m",
      simulated: false,
      failures: [failure],
    }).diagnostics(checked.document, 10);
    const at = { line: 1, character: 0 };
    const ask = (knowsCommands: boolean) =>
      codeActionsOf(file, { range: { start: at, end: at }, diagnostics, only: [], knowsCommands });
    const found = ask(true).map(({ command }) => command);
    expect(found.map((command) => command?.command)).toEqual([
      "vllmBatch.retryRequest",
      "vllmBatch.openResponse",
      "vllmBatch.excludeRequest",
    ]);
    for (const command of found) expect(command?.arguments).toEqual([file.uri, "/work/batch.runs/001-m", "b"]);
    expect(ask(false)).toEqual([]);
  });

  test("nothing in other files", () => {
    const at = { line: 0, character: 0 };
    const request = { range: { start: at, end: at }, diagnostics: [], only: [], knowsCommands: true };
    expect(codeActionsOf(openFile('{"level": "info"}'), request)).toEqual([]);
  });
});
