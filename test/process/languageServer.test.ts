import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  type CodeAction,
  type DocumentDiagnosticReport,
  type TextDocumentEdit,
  type TextEdit,
} from "vscode-languageserver";
import {
  allProblemsMethod,
  checkOnDiskMethod,
  fixOnDiskMethod,
  type FileState,
  type MendedOnDisk,
} from "../../server/src/protocol/language.ts";
import { BareEditor, type EditorOptions } from "../../bench/support/bareEditor.ts";
import { waitFor } from "../../scripts/waitFor.ts";

const uri = "file:///work/batch.jsonl";
const editors: BareEditor[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const editor of editors.splice(0)) editor.kill();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function start(options: EditorOptions = {}): Promise<BareEditor> {
  const editor = new BareEditor();
  editors.push(editor);
  await editor.initialize(options);
  return editor;
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "vllm-batch-lsp-"));
  folders.push(folder);
  return folder;
}

function request(id: string, body: object = {}): string {
  const whole = { model: "Qwen/Qwen3-8B", messages: [{ role: "user", content: "Hi" }], ...body };
  return JSON.stringify({ custom_id: id, method: "POST", url: "/v1/chat/completions", body: whole });
}

const ollama = (id: string) => request(id, { model: "llama3.1:8b" });
const pulls = { textDocument: { diagnostic: {} } };

describe("an editor that knows only the protocol", () => {
  test("is sent problems when a batch file is opened, changed and closed", async () => {
    const editor = await start();
    await editor.open(uri, `${ollama("a")}\n${ollama("b")}\n`);
    const [, problem] = await editor.diagnostics(uri, 1);
    expect(problem).toMatchObject({
      code: "model.ollama",
      severity: 2,
      source: "vLLM Batch",
      range: { start: { line: 1 }, end: { line: 1 } },
    });
    expect(problem?.codeDescription?.href).toMatch(/^file:.*\/docs\/problems\/model\.ollama\.md$/);
    const line = { line: 1, character: 0 };
    await editor.change(uri, 2, [{ range: { start: line, end: { line: 2, character: 0 } }, text: "" }]);
    expect(await editor.diagnostics(uri, 2)).toHaveLength(1);
    await editor.change(uri, 3, [{ text: "{" }]);
    expect((await editor.diagnostics(uri, 3)).map(({ code }) => code)).toEqual(["json.unexpectedEnd"]);
    await editor.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    await waitFor("nothing", () => editor.published.get(uri)?.diagnostics.length === 0);
  });

  test("hears nothing of other JSONL files", async () => {
    const editor = await start();
    await editor.open("file:///work/log.jsonl", '{"level": "info", "message": "{"}\n{broken\n');
    await editor.open(uri, ollama("a"));
    await editor.diagnostics(uri, 1);
    expect([...editor.published.keys()]).toEqual([uri]);
  });

  test("may ask for problems itself, and is told when nothing has changed", async () => {
    const editor = await start({ capabilities: pulls });
    await editor.open(uri, ollama("a"));
    const ask = (previousResultId?: string) =>
      editor.connection.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", {
        textDocument: { uri },
        ...(previousResultId !== undefined && { previousResultId }),
      });
    const first = await ask();
    expect(first).toMatchObject({ kind: "full", items: [{ code: "model.ollama" }] });
    expect(await ask(first.resultId)).toEqual({ kind: "unchanged", resultId: first.resultId });
    await editor.change(uri, 2, [{ text: `\n${ollama("a")}` }]);
    expect(await ask(first.resultId)).toMatchObject({ kind: "full", items: [{ range: { start: { line: 1 } } }] });
    expect(editor.published.size).toBe(0);
  });

  test("gets fixes for one place, and for a whole file", async () => {
    const editor = await start();
    const text = [ollama("a"), ollama("b"), request("c", { temperatur: 1 })].join("\n");
    await editor.open(uri, text);
    const diagnostics = await editor.diagnostics(uri, 1);
    const at = { start: { line: 0, character: 60 }, end: { line: 0, character: 60 } };
    const ofLine = diagnostics.filter(
      ({ range }) => range.start.line === 0 && range.end.line === 0 && range.end.character > 0,
    );
    const actions = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: at,
      context: { diagnostics: ofLine },
    });
    const preferred = actions.find(({ isPreferred }) => isPreferred === true);
    expect(preferred?.title).toBe('Change "model" to "meta-llama/Llama-3.1-8B-Instruct"');
    expect(apply(text, preferred).split("\n")[0]).toBe(request("a", { model: "meta-llama/Llama-3.1-8B-Instruct" }));
    const all = actions.find(({ title }) => title.startsWith("Fix all 2 problems"));
    const llama = { model: "meta-llama/Llama-3.1-8B-Instruct" };
    expect(apply(text, all)).toBe(
      [request("a", llama), request("b", llama), request("c", { temperatur: 1 })].join("\n"),
    );
    // Commands of our extension mean nothing to this editor.
    expect(actions.filter(({ command }) => command !== undefined)).toEqual([]);
    const [fixAll] = await editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: at,
      context: { diagnostics: [], only: ["source.fixAll"] },
    });
    expect(fixAll?.kind).toBe("source.fixAll.vllmBatch");
    expect(apply(text, fixAll)).toContain(request("b", llama));
  });

  test("is asked for its settings when it can answer, and told of them otherwise", async () => {
    const asked = await start({
      capabilities: { workspace: { configuration: true } },
      settings: () => ({ validation: { ignoredRules: ["model.ollama"] } }),
    });
    await asked.open(uri, ollama("a"));
    expect(await asked.diagnostics(uri, 1)).toEqual([]);
    const told = await start({ initializationOptions: { settings: { modelNames: { "llama3.1:8b": "mine" } } } });
    await told.open(uri, ollama("a"));
    expect(await told.diagnostics(uri, 1)).toMatchObject([{ code: "model.mapped" }]);
    await told.connection.sendNotification("workspace/didChangeConfiguration", { settings: { vllmBatch: {} } });
    await waitFor("the other rule", () => told.published.get(uri)?.diagnostics[0]?.code === "model.ollama");
  });

  test("can go on typing while 100,000 lines are read, and cancel what it asked", async () => {
    const editor = await start({ capabilities: pulls });
    const lines = Array.from({ length: 100_000 }, (_, index) => request(`id-${index}`));
    await editor.open(uri, lines.join("\n"));
    const source = new CancellationTokenSource();
    const ask = { textDocument: { uri } };
    const cancelled = editor.connection.sendRequest("textDocument/diagnostic", ask, source.token);
    source.cancel();
    await expect(cancelled).rejects.toThrow();
    const hover = editor.connection.sendRequest("textDocument/hover", {
      textDocument: { uri },
      position: { line: 99_999, character: 3 },
    });
    await editor.change(uri, 2, [
      { range: { start: { line: 50_000, character: 0 }, end: { line: 50_000, character: 0 } }, text: "broken" },
    ]);
    const report = editor.connection.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", ask);
    await hover;
    expect(await report).toMatchObject({
      items: [{ code: "json.unquotedText", range: { start: { line: 50_000, character: 0 } } }, {}],
    });
  });

  test("has a file checked and mended where it lies", async () => {
    const editor = await start();
    const file = path.join(await freshFolder(), "large.jsonl");
    const original = [ollama("a"), request("b"), "{"].join("\n");
    await writeFile(file, original);
    const at = pathToFileURL(file).href;
    const state = await editor.connection.sendRequest<FileState>(checkOnDiskMethod, { uri: at });
    expect(state).toMatchObject({ onDisk: true, requests: 3, invalid: 1, counts: { error: 1, warning: 2 } });
    expect(editor.published.get(at)?.diagnostics.map(({ code }) => code)).toContain("json.unexpectedEnd");
    const all = await editor.connection.sendRequest<string>(allProblemsMethod, { uri: at });
    expect(all).toMatch(
      /^1 error, 2 warnings, 0 hints\n\n1:1 warning file\.mixed.*\n1:79 warning model\.ollama .*\n3:1 error json/,
    );
    const preview = await editor.connection.sendRequest<MendedOnDisk>(fixOnDiskMethod, { uri: at, backup: null });
    expect(preview).toMatchObject({ changedLines: 1, applied: { "model.ollama": 1 } });
    expect(await readFile(file, "utf8")).toBe(original);
    const backup = `${at}.bak`;
    await editor.connection.sendRequest(fixOnDiskMethod, { uri: at, backup });
    expect(await readFile(file, "utf8")).toContain("meta-llama/Llama-3.1-8B-Instruct");
    expect(await readFile(`${file}.bak`, "utf8")).toBe(original);
    // A backup is never overwritten.
    await expect(editor.connection.sendRequest(fixOnDiskMethod, { uri: at, backup })).rejects.toThrow(/EEXIST/);
    await copyFile(`${file}.bak`, file);
  });

  test("ends it with shutdown and exit, and by going away", async () => {
    const polite = await start();
    expect(await polite.leave()).toBe(0);
    const gone = await start();
    gone.child.stdin?.end();
    expect((await gone.exited).code).not.toBeNull();
  });
});

/** The text with the edits of an action made. */
function apply(text: string, action: CodeAction | undefined): string {
  const [change] = action?.edit?.documentChanges ?? [];
  if (change === undefined) throw new Error("The action has no edit.");
  const lines = text.split("\n");
  const offset = ({ line, character }: TextEdit["range"]["start"]) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...(change as TextDocumentEdit).edits]
    .map((edit) => edit as TextEdit)
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
      text,
    );
}
