import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  LSPErrorCodes,
  ResponseError,
  WorkDoneProgress,
  type ClientCapabilities,
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type DocumentDiagnosticReport,
  type SymbolInformation,
  type TextEdit,
} from "vscode-languageserver";
import {
  allProblemsMethod,
  checkOnDiskMethod,
  fixOnDiskMethod,
  wholeStateMethod,
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
const resolves = { textDocument: { codeAction: { resolveSupport: { properties: ["edit"] } } } };

/** So many requests that they are not read at once. */
const many = (count: number) => Array.from({ length: count }, (_, index) => request(`id-${index}`));

function actionsAt(editor: BareEditor, line: number, only?: string[]): Promise<CodeAction[]> {
  const at = { line, character: 0 };
  return editor.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
    textDocument: { uri },
    range: { start: at, end: at },
    context: { diagnostics: [], ...(only && { only }) },
  });
}

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
    await editor.open(uri, many(100_000).join("\n"));
    const cancelled = async (method: string) => {
      const source = new CancellationTokenSource();
      const answer = editor.connection.sendRequest(method, { textDocument: { uri } }, source.token);
      source.cancel();
      await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    };
    const answers: string[] = [];
    const waiting = report(editor).then(() => answers.push("whole"));
    await Promise.all(["textDocument/diagnostic", "textDocument/documentSymbol"].map(cancelled));
    answers.push("cancelled");
    const hover = editor.connection.sendRequest("textDocument/hover", {
      textDocument: { uri },
      position: { line: 99_999, character: 3 },
    });
    await editor.change(uri, 2, [
      { range: { start: { line: 50_000, character: 0 }, end: { line: 50_000, character: 0 } }, text: "broken" },
    ]);
    const changed = report(editor);
    await Promise.all([hover, waiting]);
    expect(answers).toEqual(["cancelled", "whole"]);
    expect(await changed).toMatchObject({
      items: [{ code: "json.unquotedText", range: { start: { line: 50_000, character: 0 } } }, {}],
    });
  });

  test("that refuses what it is asked goes on with the settings it gave at the start", async () => {
    const refuse = () => {
      throw new ResponseError(LSPErrorCodes.RequestFailed, "Not now.");
    };
    const editor = new BareEditor();
    editors.push(editor);
    const asked: string[] = [];
    for (const method of [
      "workspace/configuration",
      "client/registerCapability",
      "workspace/diagnostic/refresh",
      "workspace/codeLens/refresh",
      "workspace/inlayHint/refresh",
    ]) {
      editor.connection.onRequest(method, () => {
        asked.push(method);
        return refuse();
      });
    }
    const refreshes = { refreshSupport: true };
    await editor.initialize({
      capabilities: {
        ...pulls,
        workspace: {
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: true },
          diagnostics: refreshes,
          codeLens: refreshes,
          inlayHint: refreshes,
        },
      },
      initializationOptions: { settings: { validation: { ignoredRules: ["model.ollama"] } } },
    });
    await waitFor("every question", () => new Set(asked).size === 5);
    await editor.open(uri, ollama("a"));
    expect(await report(editor)).toMatchObject({ kind: "full", items: [] });
    await editor.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await waitFor(
      "another question",
      () => asked.filter((method) => method === "workspace/configuration").length === 2,
    );
    expect(await report(editor)).toMatchObject({ kind: "full", items: [] });
    expect(await editor.leave()).toBe(0);
    expect(editor.log).toBe("");
  });

  test("that answers with no settings keeps those that it gave at the start", async () => {
    const editor = await start({
      capabilities: { workspace: { configuration: true } },
      settings: () => null,
      initializationOptions: { settings: { validation: { ignoredRules: ["model.ollama"] } } },
    });
    await editor.open(uri, ollama("a"));
    expect(await editor.diagnostics(uri, 1)).toEqual([]);
  });

  test("gets the whole of a file that is still being read: outline, lenses, fixes", async () => {
    const editor = await start({ capabilities: resolves, initializationOptions: { clientCommands: true } });
    const lines = many(9_000);
    await editor.open(uri, [...lines, ollama("last")].join("\n"));
    const of = { textDocument: { uri } };
    const [symbols, lenses, [fixAll]] = await Promise.all([
      editor.connection.sendRequest<SymbolInformation[]>("textDocument/documentSymbol", of),
      editor.connection.sendRequest<CodeLens[]>("textDocument/codeLens", of),
      actionsAt(editor, 0, ["source.fixAll"]),
    ]);
    expect(symbols.map(({ name }) => name)).toContain("last");
    expect(symbols[0]?.location.uri).toBe(uri);
    expect(lenses[1]?.command?.title).toContain("9,001 requests");
    expect(fixAll?.edit).toBeUndefined();
    const whole = await editor.connection.sendRequest<CodeAction>("codeAction/resolve", fixAll);
    expect(whole.edit?.changes?.[uri]).toHaveLength(1);
  });

  test("gets an edit for a whole array, also while it is being read", async () => {
    const editor = await start({ capabilities: resolves });
    const lines = ["[", ...many(3_000).map((line) => `${line},`), ollama("last"), "]"];
    await editor.open(uri, lines.join("\n"));
    const data = { uri, version: 1, code: null };
    const action = { title: "", kind: "source.fixAll.vllmBatch", data };
    const { edit } = await editor.connection.sendRequest<CodeAction>("codeAction/resolve", action);
    expect(edit?.changes?.[uri]).toHaveLength(1);
  });

  test("that takes no edits later gets those for a whole file at once, if it is small or asks for them alone", async () => {
    const editor = await start({ capabilities: { workspace: { workspaceEdit: { documentChanges: true } } } });
    const isWhole = ({ title }: CodeAction) => title.startsWith("Fix all");
    await editor.open(uri, [ollama("a"), ollama("b")].join("\n"));
    await editor.diagnostics(uri, 1);
    const small = (await actionsAt(editor, 0)).filter(isWhole);
    expect(small).toHaveLength(2);
    for (const { edit } of small) expect(edit?.documentChanges).toHaveLength(1);
    await editor.change(uri, 2, [{ text: [ollama("a"), ollama("b"), ...many(2_500)].join("\n") }]);
    await editor.diagnostics(uri, 2);
    const large = await actionsAt(editor, 0);
    expect(large.filter(isWhole)).toEqual([]);
    expect(large.length).toBeGreaterThan(0);
    expect(await actionsAt(editor, 0, ["source.fixAll"])).toMatchObject([{ edit: { documentChanges: [{}] } }]);
  });

  test("gets places to fill in only when it takes them", async () => {
    const ask = async (capabilities: ClientCapabilities) => {
      const editor = await start({ capabilities });
      await editor.open(uri, `${request("a")}\n`);
      const at = { textDocument: { uri }, position: { line: 1, character: 0 } };
      const [item] = await editor.connection.sendRequest<CompletionItem[]>("textDocument/completion", at);
      return item;
    };
    const plain = await ask({});
    expect(plain?.insertTextFormat).toBeUndefined();
    expect(JSON.parse(plain?.textEdit?.newText ?? "")).toMatchObject({ custom_id: "request-2" });
    const snippet = await ask({ textDocument: { completion: { completionItem: { snippetSupport: true } } } });
    expect(snippet?.textEdit?.newText).toContain("${1:request-2}");
  });

  test("may open what has no path on this machine", async () => {
    const editor = await start();
    for (const odd of ["file:///work/a%2Fb.jsonl", "file://host/work/batch.jsonl"]) {
      await editor.open(odd, ollama("a"));
      expect(await editor.diagnostics(odd, 1)).toMatchObject([{ code: "model.ollama" }]);
    }
  });

  test("sees the first problems of a large file before all is read, and is told to ask again", async () => {
    const editor = await start({
      capabilities: { ...pulls, workspace: { diagnostics: { refreshSupport: true } } },
    });
    let refreshed = 0;
    editor.connection.onRequest("workspace/diagnostic/refresh", () => {
      refreshed += 1;
      return null;
    });
    await editor.open(uri, [ollama("first"), ...many(150_000), ollama("last")].join("\n"));
    const lines = async () => {
      const told = await report(editor);
      return told.kind === "full" ? told.items.map(({ range }) => range.start.line) : "unchanged";
    };
    expect(await lines()).toEqual([0]);
    expect(await editor.connection.sendRequest(wholeStateMethod, { uri })).toMatchObject({
      requests: 150_002,
      busy: false,
    });
    await waitFor("the wish to be asked again", () => refreshed === 1);
    // That the file names several models, too, is known only now.
    expect(await lines()).toEqual([0, 0, 150_001]);
  });

  test("is sent the first problems of a large file before all is read, and then all", async () => {
    const editor = await start();
    await editor.open(uri, [ollama("first"), ...many(150_000), ollama("last")].join("\n"));
    expect(await editor.diagnostics(uri, 1)).toHaveLength(1);
    await waitFor("all problems", () => editor.published.get(uri)?.diagnostics.length === 3);
  });

  test("is told nothing of a file that it closes while it waits", async () => {
    const editor = await start({ capabilities: pulls });
    await editor.open(uri, [ollama("a"), ...many(20_000)].join("\n"));
    const asked = report(editor);
    await editor.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    expect(await asked).toEqual({ kind: "full", items: [] });
  });

  test("is told each problem once: of the file on disk, or of its text", async () => {
    const editor = await start({ capabilities: pulls });
    const file = path.join(await freshFolder(), "batch.jsonl");
    await writeFile(file, ollama("a"));
    const at = pathToFileURL(file).href;
    await editor.connection.sendRequest(checkOnDiskMethod, { uri: at });
    expect(editor.published.get(at)?.diagnostics).toHaveLength(1);
    await editor.open(at, ollama("a"));
    expect(await report(editor, at)).toMatchObject({ items: [{ code: "model.ollama" }] });
    expect(editor.published.get(at)?.diagnostics).toEqual([]);
    await editor.connection.sendRequest(checkOnDiskMethod, { uri: at });
    expect(editor.published.get(at)?.diagnostics).toEqual([]);
  });

  test("finds on disk what it ignores neither counted nor mended", async () => {
    const settings = { validation: { ignoredRules: ["model.ollama"] } };
    const editor = await start({ initializationOptions: { settings } });
    const file = path.join(await freshFolder(), "batch.jsonl");
    const line = request("b").replace("POST", "post");
    await writeFile(file, [ollama("a"), line, request("c")].join("\n"));
    const at = pathToFileURL(file).href;
    const state = await editor.connection.sendRequest<FileState>(checkOnDiskMethod, { uri: at });
    expect(state).toMatchObject({ counts: { error: 0, warning: 2 }, safelyFixable: 1 });
    expect(state.models.map(({ name }) => name)).toEqual(["Qwen/Qwen3-8B", "llama3.1:8b"]);
    expect(editor.published.get(at)?.diagnostics.map(({ code }) => code)).toEqual([
      "file.mixedModels",
      "method.spelling",
    ]);
    const preview = await editor.connection.sendRequest<MendedOnDisk>(fixOnDiskMethod, { uri: at, backup: null });
    expect(preview).toMatchObject({ changedLines: 1, applied: { "method.spelling": 1 } });
    await editor.connection.sendRequest(fixOnDiskMethod, { uri: at, backup: `${at}.bak` });
    expect(await readFile(file, "utf8")).toBe([ollama("a"), request("b"), request("c")].join("\n"));
  });

  test("hears of the beginning and the end of work on a file, and may stop it without a trace", async () => {
    const editor = await start();
    const folder = await freshFolder();
    const file = path.join(folder, "large.jsonl");
    await writeFile(file, Array.from({ length: 100_000 }, (_, index) => ollama(`id-${index}`)).join("\n"));
    const source = new CancellationTokenSource();
    const kinds: string[] = [];
    editor.connection.onProgress(WorkDoneProgress.type, "work", ({ kind }) => {
      kinds.push(kind);
      if (kind === "report") source.cancel();
    });
    const at = pathToFileURL(file).href;
    const params = { uri: at, backup: `${at}.bak`, workDoneToken: "work" };
    const mending = editor.connection.sendRequest(fixOnDiskMethod, params, source.token);
    await expect(mending).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(await readdir(folder)).toEqual(["large.jsonl"]);
    expect([kinds[0], kinds.at(-1)]).toEqual(["begin", "end"]);
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

function report(editor: BareEditor, of = uri): Promise<DocumentDiagnosticReport> {
  return editor.connection.sendRequest("textDocument/diagnostic", { textDocument: { uri: of } });
}

/** The text with the edits of an action made. */
function apply(text: string, action: CodeAction | undefined): string {
  const edits = action?.edit?.changes?.[uri];
  if (edits === undefined) throw new Error("The action has no edit.");
  const lines = text.split("\n");
  const offset = ({ line, character }: TextEdit["range"]["start"]) =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, { range, newText }) => result.slice(0, offset(range.start)) + newText + result.slice(offset(range.end)),
      text,
    );
}
