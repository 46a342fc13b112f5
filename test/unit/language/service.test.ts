import { beforeEach, describe, expect, test } from "vitest";
import { LanguageService } from "../../../server/src/language/service.ts";
import { defaultSettings } from "../../../server/src/language/settings.ts";
import { requestLine } from "../../support/openFile.ts";

const uri = "file:///work/batch.jsonl";
let service: LanguageService;

beforeEach(() => {
  service = new LanguageService({ pageOf: (code) => `page:${code}`, knowsCommands: true });
});

function open(...lines: string[]) {
  const file = service.open({ uri, path: "/work/batch.jsonl", version: 1 }, lines.join("\n"));
  file.checked?.document.readOn(() => true);
  return file;
}

function edit(version: number, line: number, text: string) {
  const at = { line, character: 0 };
  const file = service.change(uri, version, [{ range: { start: at, end: at }, text }]);
  file?.checked?.document.readOn(() => true);
}

describe("requests that failed in a run", () => {
  const failure = { customId: "b", line: 2, code: "run.attempts", message: "Failed 5 times." };

  test("are problems of their lines, move with edits, and go away when they are cleared", () => {
    const file = open(requestLine("a"), requestLine("b"));
    service.useFailures({ uri, run: "file:///work/batch.runs/001-m", simulated: false, failures: [failure] });
    const failed = () => service.diagnostics(file).filter(({ source }) => source === "vLLM Batch run");
    expect(failed()).toMatchObject([{ code: "run.attempts", range: { start: { line: 1, character: 13 } } }]);
    edit(2, 0, "\n\n");
    expect(failed()).toMatchObject([{ range: { start: { line: 3 } } }]);
    expect(service.codeLenses(file).map(({ range }) => range.start.line)).toEqual([0, 0, 3, 3]);
    service.useFailures({ uri, run: "file:///work/batch.runs/001-m", simulated: false, failures: [] });
    expect(failed()).toEqual([]);
  });

  test("of which the request is gone are told no more", () => {
    const file = open(requestLine("a"));
    service.useFailures({ uri, run: "file:///x", simulated: false, failures: [failure] });
    expect(service.diagnostics(file)).toEqual([]);
  });
});

test("links ids to their answers in the last run", () => {
  const file = open(requestLine("a"), "{", requestLine("b"));
  expect(service.documentLinks(file)).toEqual([]);
  service.useLastRun({ uri, run: "file:///work/batch.runs/001-m" });
  expect(service.documentLinks(file)).toMatchObject([
    { range: { start: { line: 0 } }, data: { run: "file:///work/batch.runs/001-m", customId: "a" } },
    { range: { start: { line: 2 } }, data: { run: "file:///work/batch.runs/001-m", customId: "b" } },
  ]);
});

test("an edit for the whole file is refused when the file has changed since", () => {
  open(requestLine("a", { model: "llama3.1:8b" }));
  expect(service.wholeFileEdit({ uri, version: 1, code: null })?.documentChanges).toMatchObject([{ edits: [{}] }]);
  edit(2, 0, "\n");
  expect(service.wholeFileEdit({ uri, version: 1, code: null })).toBeNull();
});

test("mending all leaves alone what is ignored", () => {
  service.useSettings({ ...defaultSettings, ignoredRules: ["model.ollama"] });
  const lower = { method: "post" };
  open(requestLine("a", { model: "llama3.1:8b" }), requestLine("b", { model: "llama3.1:8b" }, lower));
  const edit = service.wholeFileEdit({ uri, version: 1, code: null });
  expect(edit?.documentChanges).toMatchObject([
    { edits: [{ range: { start: { line: 1, character: 27 } }, newText: "POST" }] },
  ]);
});

test("failures of a run and other problems together are no more than are to be shown", () => {
  service.useSettings({ ...defaultSettings, maxProblems: 2 });
  const file = open(...["a", "b", "c"].map((id) => requestLine(id, { model: "llama3.1:8b" })));
  const failures = ["a", "b", "c"].map((customId, index) => ({
    customId,
    line: index + 1,
    code: "run.attempts",
    message: "Failed.",
  }));
  const told = () => service.diagnostics(file).map(({ code }) => code);
  service.useFailures({ uri, run: "/work/batch.runs/001-m", simulated: false, failures: failures.slice(0, 1) });
  expect(told()).toEqual(["run.attempts", "file.moreProblems", "model.ollama"]);
  service.useFailures({ uri, run: "/work/batch.runs/001-m", simulated: false, failures });
  expect(told()).toEqual(["run.attempts", "run.attempts", "file.moreProblems"]);
});

test("settings that change no rule do not check files anew", () => {
  const file = open(requestLine("a", { model: "llama3.1:8b" }));
  const { checked } = file;
  service.useSettings({ ...defaultSettings, maxProblems: 7, showTokens: true });
  expect(file.checked).toBe(checked);
  service.useSettings({ ...defaultSettings, modelNames: { "llama3.1:8b": "mine" } });
  expect(file.checked).not.toBe(checked);
});

test("new settings check open files anew", () => {
  const file = open(requestLine("a", { model: "llama3.1:8b" }));
  service.useSettings({ ...defaultSettings, ignoredRules: ["model.ollama"] });
  file.checked?.document.readOn(() => true);
  expect(service.diagnostics(file)).toEqual([]);
});

test("a file becomes a batch file while it is being written, and stays one", () => {
  const file = open("");
  expect(file.kind).toBe("other");
  service.change(uri, 2, [{ text: requestLine("a") }]);
  expect(file.kind).toBe("batch");
  service.change(uri, 3, [{ text: "" }]);
  expect(file.kind).toBe("batch");
});

test("shows the length of prompts only when it is wanted", () => {
  const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const file = open(requestLine("a"), requestLine("b"));
  expect(service.inlayHints(file, whole)).toEqual([]);
  service.useSettings({ ...defaultSettings, showTokens: true });
  file.checked?.document.readOn(() => true);
  expect(service.inlayHints(file, whole).map(({ label }) => label)).toEqual(["≈ 2 tokens", "≈ 2 tokens"]);
});

test("outlines requests by id, and results too", () => {
  expect(service.symbols(open(requestLine("a"), "", requestLine("b"))).map(({ name }) => name)).toEqual(["a", "b"]);
  const results = service.open(
    { uri: "file:///o.jsonl", path: "/o.jsonl", version: 1 },
    '{"id":"x","custom_id":"a","response":{"status_code":200,"body":{}},"error":null}\n{"id":"y","custom_id":"b","response":null,"error":{"code":"run.attempts"}}',
  );
  expect(results.kind).toBe("results");
  expect(service.symbols(results)).toMatchObject([
    { name: "a", detail: "" },
    { name: "b", detail: "failed" },
  ]);
});

test("an empty id has a name in the outline: editors refuse an empty one", () => {
  const text = '{"id":"x","custom_id":"","response":{"status_code":200,"body":{}},"error":null}';
  const results = service.open({ uri: "file:///o.jsonl", path: "/o.jsonl", version: 1 }, text);
  expect(service.symbols(results).map(({ name }) => name)).toEqual(["(empty custom_id)"]);
});

test("what is mended at once is small, by lines and by characters", () => {
  const isQuick = (...lines: string[]) => service.isQuicklyMended(open(...lines));
  expect(isQuick(...Array.from({ length: 1_000 }, (_, index) => requestLine(`${index}`)))).toBe(true);
  expect(isQuick(...Array.from({ length: 1_001 }, (_, index) => requestLine(`${index}`)))).toBe(false);
  expect(isQuick(requestLine("a", { user: "u".repeat(1_000_000) }))).toBe(false);
});

describe("replacing a model", () => {
  const names = { uri, from: "old", to: "new/Model" };

  test("changes the requests that name it, and nothing else", () => {
    open(requestLine("a", { model: "old" }), '{"broken": "old"', requestLine("b", { model: "older" }));
    const answer = service.replaceModel(names);
    expect(answer).toMatchObject({ documentChanges: [{ textDocument: { uri, version: 1 }, edits: [{}] }] });
    expect(JSON.stringify(answer)).toContain("new/Model");
  });

  test("works whatever the target", () => {
    service.useSettings({ ...defaultSettings, target: "openai" });
    open(requestLine("a", { model: "old" }));
    expect(JSON.stringify(service.replaceModel(names))).toContain("new/Model");
  });

  test("is refused where lines would have to move, and of a file that is not open", () => {
    open(`[${requestLine("a", { model: "old" })}]`);
    expect(service.replaceModel(names)).toBeNull();
    expect(service.replaceModel({ ...names, uri: "file:///other.jsonl" })).toBeNull();
  });
});

test("lists every problem of a file, however few are shown", () => {
  service.useSettings({ ...defaultSettings, maxProblems: 1 });
  const file = open(requestLine("a", { model: "llama3.1:8b" }), requestLine("a", { model: "llama3.1:8b" }), "{");
  expect(service.diagnostics(file)).toHaveLength(2);
  const lines = service.allProblems(file).split("\n");
  expect(lines.slice(0, 2)).toEqual(["2 errors, 2 warnings, 0 hints", ""]);
  expect(lines.slice(2).map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
    "1:79 warning model.ollama",
    "2:14 error customId.duplicate",
    "2:79 warning model.ollama",
    "3:1 error json.unexpectedEnd",
    "",
  ]);
});
