/** Whole runs against a server on this machine whose every answer the test decides. */
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cancelRun } from "../../../../server/src/run/io/cancelRun.io.ts";
import { isLocked, takeLock } from "../../../../server/src/run/io/lock.io.ts";
import { readManifest } from "../../../../server/src/run/io/manifest.io.ts";
import { readStatus } from "../../../../server/src/run/io/readStatus.io.ts";
import { resumeRun, retryRun } from "../../../../server/src/run/io/resumeRun.io.ts";
import { startRun } from "../../../../server/src/run/io/startRun.io.ts";
import { property } from "../../../../server/src/util/unknown.ts";
import { idsUpTo, requestLine, RunFixture } from "../../../support/run/runFixture.ts";
import { ScriptedServer, sendAnswer, sendError } from "../../../support/run/scriptedServer.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";

let server: ScriptedServer;
let fixture: RunFixture;

beforeEach(async () => {
  server = await ScriptedServer.start();
  fixture = new RunFixture();
});
afterEach(async () => {
  await server.stop();
  fixture.remove();
});

type More = Parameters<RunFixture["options"]>;

async function run(more: More[1] = {}, rest: More[2] = {}, env = {}) {
  const handle = await startRun(fixture.options(server.url, more, rest), fixture.world(env));
  return await handle.done;
}

const resume = async (more: Partial<Parameters<typeof resumeRun>[0]> = {}) => {
  const options = { folder: fixture.folder, engine: null, keepEngine: false, overrides: {}, fork: false, ...more };
  return await (
    await resumeRun(options, fixture.world())
  ).done;
};

const sorted = (ids: string[]) => ids.sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));

describe("a run", () => {
  it("saves every answer once, in the shape of run-batch, and says so", async () => {
    fixture.write(40);
    const { summary, end, isSuccess } = await run();
    expect({ end, isSuccess }).toEqual({ end: "done", isSuccess: true });
    expect(summary).toMatchObject({
      status: "completed",
      total: 40,
      completed: 40,
      failed: 0,
      retried: 0,
      promptTokens: 200,
      completionTokens: 120,
      simulated: false,
    });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(40));
    const [first] = fixture.lines("output.jsonl");
    expect(Object.keys(first as object)).toEqual(["id", "custom_id", "response", "error"]);
    expect(property(first, "id")).toMatch(/^vllm-[0-9a-f]{16}$/);
    const response = property(first, "response");
    expect(Object.keys(response as object)).toEqual(["status_code", "request_id", "body"]);
    expect(property(response, "request_id")).toMatch(/^vllm-batch-[0-9a-f]{16}$/);
    expect(readFileSync(path.join(fixture.folder, "errors.jsonl"), "utf8")).toBe("");
    expect((await readManifest(fixture.folder)).history.map(({ status }) => status)).toEqual([
      "validating",
      "in_progress",
      "finalizing",
      "completed",
    ]);
    expect(isLocked(fixture.folder)).toBe(false);
  });

  it("sends the bytes of the body as they stand in the file", async () => {
    const body =
      '{ "model":"tiny", "messages":[{"role":"user","content":"request 1 \\u00e9"}],  "seed": 9007199254740993 }';
    fixture.writeLines([`{"custom_id":"id-1","method":"POST","url":"/v1/chat/completions","body":${body}}`]);
    const { summary } = await run();
    expect(summary.completed).toBe(1);
    expect(server.received[0]?.raw).toBe(body);
    expect(server.received[0]?.headers["x-request-id"]).toMatch(/^vllm-batch-/);
  });

  it("never sends a line with errors: it is in the error file, with code and line", async () => {
    const bad = [requestLine(2).slice(0, -3), JSON.stringify({ custom_id: "id-4" }), requestLine(1)];
    fixture.writeLines([requestLine(1), bad[0] ?? "", requestLine(3), bad[1] ?? "", "", bad[2] ?? ""]);
    const { summary, isSuccess } = await run();
    expect(summary).toMatchObject({ status: "completed", total: 5, completed: 2, failed: 3 });
    expect(isSuccess).toBe(false);
    expect(server.indexes().sort()).toEqual([1, 3]);
    const errors = fixture.lines("errors.jsonl").map((line) => property(line, "error"));
    expect(errors.map((error) => property(error, "line"))).toEqual([2, 4, 6]);
    for (const error of errors) expect(property(error, "code")).toMatch(/^[A-Za-z]+\.[A-Za-z]+$/);
    // The answer under the id that stands twice belongs to the first line.
    expect(fixture.ids("errors.jsonl").at(-1)).toBe("null");
    expect(fixture.said.join()).toContain("3 of 5 requests have errors and are not sent");
  });

  it("refuses such a file when it is to be strict, and leaves nothing behind", async () => {
    fixture.writeLines([requestLine(1), "{"]);
    await expect(run({}, { strict: true })).rejects.toMatchObject({ kind: "input" });
    expect(existsSync(fixture.folder)).toBe(false);
    expect(server.received).toEqual([]);
  });

  it.each([
    ["an empty file", []],
    ["a file of errors only", ["{", "["]],
  ])("refuses %s", async (_name, lines) => {
    fixture.writeLines(lines);
    await expect(run()).rejects.toMatchObject({ kind: "input" });
    expect(readdirSync(fixture.root)).toEqual(["batch.jsonl"]);
  });

  it("refuses a file that is not there", async () => {
    await expect(run()).rejects.toMatchObject({ kind: "input" });
  });

  it("makes a numbered folder beside the file, named after the model", async () => {
    fixture.write(1);
    for (const number of ["001", "002"]) {
      const { summary } = await run({}, { out: null });
      expect(summary.folder).toBe(path.join(fixture.root, "batch.runs", `${number}-tiny`));
    }
  });

  it("refuses a folder that holds a run already", async () => {
    fixture.write(1);
    await run();
    await expect(run()).rejects.toThrow(/already holds a run/);
  });

  it("says which models are served when the file's is not", async () => {
    fixture.write(1, { model: "llama3.1:8b" });
    await expect(run()).rejects.toThrow(/does not serve "llama3.1:8b". It serves "tiny"/);
    expect(server.received).toEqual([]);
  });

  it("runs on a server without a list of models", async () => {
    server.models = null;
    fixture.write(3);
    expect((await run()).summary).toMatchObject({ completed: 3 });
  });

  it("calls a simulated engine simulated", async () => {
    server.version = "0.32.0+simulated";
    fixture.write(1);
    expect((await run()).summary.simulated).toBe(true);
    expect((await readManifest(fixture.folder)).engine).toMatchObject({ simulated: true, version: "0.32.0+simulated" });
  });

  it("sends the key from the environment, and writes it nowhere", async () => {
    fixture.write(1);
    const engine = { kind: "attached", url: server.url, apiKeyEnv: "THE_KEY" } as const;
    await run({}, { engine }, { THE_KEY: "secret-4711" });
    expect(server.received[0]?.headers.authorization).toBe("Bearer secret-4711");
    for (const name of readdirSync(fixture.folder)) {
      expect(readFileSync(path.join(fixture.folder, name), "utf8")).not.toContain("secret-4711");
    }
    await expect(run({}, { engine, out: null }, {})).rejects.toThrow(/THE_KEY/);
  });

  it("takes only as many as asked for, errors aside", async () => {
    fixture.writeLines(["{", ...Array.from({ length: 20 }, (_, index) => requestLine(index + 1))]);
    expect((await run({}, { selection: { limit: 5 } })).summary).toMatchObject({ total: 5, completed: 5, failed: 0 });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(5));
    const sample = await run({}, { out: path.join(fixture.root, "sample"), selection: { sample: 7, sampleSeed: 3 } });
    expect(sample.summary).toMatchObject({ status: "completed", total: 7, completed: 7 });
  });

  it("changes bodies only as it was told, and says so in the manifest", async () => {
    fixture.writeLines([requestLine(1, { temperature: 0.3 }), requestLine(2, { model: "other" })]);
    await run({}, { overrides: { model: "tiny", temperature: 0, maxTokens: 7 } });
    for (const { body } of server.received) {
      expect(body).toMatchObject({ model: "tiny", temperature: 0, max_completion_tokens: 7 });
    }
    expect((await readManifest(fixture.folder)).overrides).toEqual({ model: "tiny", temperature: 0, maxTokens: 7 });
  });

  it("writes a copy in the order of the file on request", async () => {
    fixture.writeLines([...Array.from({ length: 30 }, (_, index) => requestLine(index + 1)), requestLine(3)]);
    server.script = (received, response) => {
      if (received.index !== 5) return undefined;
      return sendError(response, 400, "no");
    };
    await run({ inputOrder: true, order: "prefix", inFlight: 7 });
    expect(fixture.ids("output.jsonl")).not.toEqual(idsUpTo(30).filter((id) => id !== "id-5"));
    expect(fixture.ids("output.ordered.jsonl")).toEqual(idsUpTo(30).filter((id) => id !== "id-5"));
  });

  it("puts an answer over several lines on one", async () => {
    fixture.write(1);
    server.script = (_received, response) => {
      response.end('{\n  "choices": [\r\n {"finish_reason": "stop", "n": 12345678901234567890}]\n}');
      return "handled";
    };
    await run();
    const text = readFileSync(path.join(fixture.folder, "output.jsonl"), "utf8");
    expect(text.split("\n")).toHaveLength(2);
    expect(text).toContain("12345678901234567890");
  });

  it("keeps out of the way of what is not public: no file is fetched unless its host is listed", async () => {
    const body = { model: "tiny", file_url: `${server.url}/a.wav` };
    const request = { custom_id: "id-1", method: "POST", url: "/v1/audio/transcriptions", body };
    const wav = { ...body, file_url: "data:audio/wav;base64,UklGRg==", language: "en" };
    fixture.writeLines([JSON.stringify(request), JSON.stringify({ ...request, custom_id: "id-2", body: wav })]);
    server.script = (_received, response) => {
      response.setHeader("content-type", "application/json");
      response.end('{"text":"hello"}');
      return "handled";
    };
    await run();
    expect(fixture.ids("output.jsonl")).toEqual(["id-2"]);
    expect(fixture.ids("errors.jsonl")).toEqual(["id-1"]);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(server.received[0]?.raw).toMatch(/name="language"\r\n\r\nen\r\n/);
    expect(server.received[0]?.raw).toMatch(
      /name="file"; filename="audio"\r\nContent-Type: audio\/wav\r\n\r\nRIFF\r\n/i,
    );
  });
});

describe("what comes back", () => {
  it("is tried again, or not, by what it says", async () => {
    fixture.write(6);
    server.script = (received, response) => {
      if (received.index === 1) return sendError(response, 400, "bad sampling value");
      if (received.index === 2 && received.before === 0) return sendError(response, 500, "Internal server error");
      if (received.index === 3 && received.before === 0) return sendAnswer(response, received, null);
      if (received.index === 4 && received.before === 0)
        return sendError(response, 429, "slow", { "retry-after": "0.2" });
      if (received.index === 5 && received.before === 0) {
        response.writeHead(200, { "content-length": "500" });
        response.write('{"choices":[');
        response.destroy();
        return "handled";
      }
      return undefined;
    };
    const { summary } = await run();
    expect(summary).toMatchObject({ status: "completed", completed: 5, failed: 1, retried: 4 });
    expect(fixture.lines("errors.jsonl")).toMatchObject([
      {
        custom_id: "id-1",
        response: { status_code: 400, body: null },
        error: { code: "run.http400", message: "bad sampling value", line: 1, attempts: 1 },
      },
    ]);
  });

  it("may be nothing within the deadline: given up after its attempts, also when only it is left", async () => {
    fixture.write(400);
    server.script = ({ index }) => (index === 7 ? "handled" : undefined);
    const { summary } = await run({ requestTimeoutMs: 400, maxAttempts: 2 });
    expect(summary).toMatchObject({ status: "completed", completed: 399, failed: 1 });
  });

  it("may be a reset connection: sent again without an attempt", async () => {
    fixture.write(20);
    server.script = (received, response) => {
      if (received.before > 0) return undefined;
      response.destroy();
      return "handled";
    };
    const { summary } = await run({ maxAttempts: 1 });
    expect(summary).toMatchObject({ completed: 20, failed: 0 });
  });
});

describe("an engine that goes away", () => {
  it("is waited for, and nothing is lost or asked twice that was answered", async () => {
    fixture.write(200);
    const handle = await startRun(fixture.options(server.url, { maxAttempts: 1 }), fixture.world());
    await waitFor("some answers", () => server.received.length > 50);
    await server.die();
    await waitFor("the run to notice", () => handle.progress().notice);
    expect(handle.progress().notice).toMatch(/^Waiting for the engine: nobody listens there/);
    const savedBefore = new Set(fixture.ids("output.jsonl"));
    server.received.length = 0;
    await server.listen();
    const { summary } = await handle.done;
    expect(summary).toMatchObject({ status: "completed", completed: 200, failed: 0, engineRestarts: 1 });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(200));
    for (const index of server.indexes()) expect(savedBefore.has(`id-${index}`)).toBe(false);
  });

  it("is noted in the manifest when it is back, in case we are killed later", async () => {
    fixture.write(200);
    server.script = ({ index }) => (index > 100 ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 104);
    await server.die();
    await waitFor("the run to notice", () => handle.progress().notice);
    await server.listen();
    const noted = async () => (await readManifest(fixture.folder)).counts.engineRestarts === 1;
    await waitFor("the note", noted);
    handle.stop();
    await handle.done;
  });

  it("ends the run with what there is, and a resume goes on", async () => {
    fixture.write(30);
    server.script = ({ index }, response) => (index > 10 ? sendError(response, 503, "scaling") : undefined);
    const first = await run({ giveUpAfterMs: 500 });
    expect(first).toMatchObject({ end: "engineFailed", summary: { status: "failed", completed: 10, failed: 0 } });
    expect(first.summary.reason).toContain("503: scaling");
    server.script = () => undefined;
    server.received.length = 0;
    expect(await resume()).toMatchObject({ end: "done", summary: { status: "completed", completed: 30 } });
    expect(server.received).toHaveLength(20);
  });

  it("cannot begin a run, and leaves no folder", async () => {
    fixture.write(1);
    server.health = 500;
    await server.die();
    fixture.aborter.abort();
    await expect(run()).rejects.toMatchObject({ kind: "stopped" });
    expect(existsSync(fixture.folder)).toBe(false);
  });
});

describe("stopping", () => {
  it("drains, keeps what came, and can be resumed", async () => {
    fixture.write(50);
    const held: (() => void)[] = [];
    server.script = (received, response) => {
      if (received.index <= 10) return undefined;
      held.push(() => void sendAnswer(response, received));
      return "handled";
    };
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => held.length === 4);
    handle.drain();
    for (const release of held) release();
    expect(await handle.done).toMatchObject({ end: "stopped", summary: { status: "paused", completed: 14 } });
    server.script = () => undefined;
    expect((await resume()).summary).toMatchObject({ status: "completed", completed: 50 });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(50));
  });

  it("now, drops what is in flight", async () => {
    fixture.write(50);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 14);
    handle.stop();
    expect(await handle.done).toMatchObject({ end: "stopped", summary: { status: "paused", completed: 10 } });
    expect(isLocked(fixture.folder)).toBe(false);
  });

  it("for good, asked by another process", async () => {
    fixture.write(50);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 14);
    const cancelled = await cancelRun(fixture.folder, fixture.world());
    expect(cancelled).toMatchObject({ status: "cancelled", completed: 10 });
    expect(await handle.done).toMatchObject({ end: "stopped", summary: { status: "cancelled", completed: 10 } });
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(10));
  });

  it("for good, when nobody works on it", async () => {
    fixture.write(20);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 14);
    handle.stop();
    await handle.done;
    expect(await cancelRun(fixture.folder, fixture.world())).toMatchObject({ status: "cancelled", completed: 10 });
  });
});

describe("resume", () => {
  async function interrupted(count: number, answered: number): Promise<void> {
    fixture.write(count);
    server.script = ({ index }) => (index > answered ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === answered + 4);
    handle.stop();
    await handle.done;
    server.script = () => undefined;
    server.received.length = 0;
  }

  it("asks only what has no answer, and mends a torn line first", async () => {
    await interrupted(30, 12);
    appendFileSync(
      path.join(fixture.folder, "output.jsonl"),
      '{"id":"vllm-0123456789abcdef","custom_id":"id-29","resp',
    );
    const { summary } = await resume();
    expect(summary).toMatchObject({ status: "completed", total: 30, completed: 30, promptTokens: 150 });
    expect(server.indexes().sort((a, b) => a - b)).toEqual(Array.from({ length: 18 }, (_, index) => index + 13));
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(30));
    expect(fixture.said.join()).toContain("bytes");
  });

  it("refuses a batch file that has changed, and starts a new run when told to", async () => {
    await interrupted(30, 12);
    fixture.write(31);
    await expect(resume()).rejects.toThrow(/is not the one that this run was started with/);
    expect(server.received).toEqual([]);
    const { summary } = await resume({ fork: true });
    expect(summary).toMatchObject({ status: "completed", total: 31, completed: 31 });
    expect(summary.folder).not.toBe(fixture.folder);
  });

  it("refuses a change of one byte that keeps the size", async () => {
    await interrupted(30, 12);
    writeFileSync(fixture.input, readFileSync(fixture.input, "utf8").replace("request 30", "request 99"));
    await expect(resume()).rejects.toThrow(/is not the one/);
  });

  it("refuses another model or setting", async () => {
    await interrupted(10, 4);
    await expect(resume({ overrides: { model: "other" } })).rejects.toThrow(/--model other/);
    await expect(resume({ overrides: { temperature: 1 } })).rejects.toThrow(/--temperature 1/);
    expect(isLocked(fixture.folder)).toBe(false);
  });

  it("refuses while another process works on the run, and names it", async () => {
    await interrupted(10, 4);
    const lock = takeLock(fixture.folder);
    await expect(resume()).rejects.toThrow(new RegExp(`Another process works on this run: number ${process.pid} `));
    lock?.release();
    expect((await resume()).summary.completed).toBe(10);
  });

  it("needs no engine when nothing is left to ask", async () => {
    fixture.write(5);
    await run();
    await server.die();
    expect(await resume()).toMatchObject({ end: "done", summary: { status: "completed", completed: 5 } });
  });

  it("checks the file again when it was killed in the middle of that", async () => {
    await interrupted(10, 4);
    const file = path.join(fixture.folder, "run.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/"status": "paused",\n {2}"reason"/, '"status": "validating",\n  "reason"'),
    );
    expect((await readManifest(fixture.folder)).status).toBe("validating");
    expect((await resume()).summary).toMatchObject({ status: "completed", completed: 10 });
  });

  it("keeps a sample what it was", async () => {
    fixture.writeLines(["{", ...Array.from({ length: 40 }, (_, index) => requestLine(index + 1))]);
    server.script = () => (server.received.length > 6 ? "handled" : undefined);
    const selection = { sample: 15, sampleSeed: 1 };
    const handle = await startRun(fixture.options(server.url, {}, { selection }), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 10);
    const drawn = new Set(server.indexes());
    handle.stop();
    await handle.done;
    server.script = () => undefined;
    const { summary } = await resume();
    expect(summary).toMatchObject({ status: "completed", total: 15, completed: 15, failed: 0 });
    const ids = fixture.ids("output.jsonl");
    for (const index of drawn) expect(ids).toContain(`id-${index}`);
  });

  it("says what is wrong with a folder that holds no run, or a broken one", async () => {
    await expect(resume()).rejects.toThrow(/is not a run folder/);
    fixture.write(1);
    await run();
    const file = path.join(fixture.folder, "run.json");
    writeFileSync(file, "{}");
    await expect(resume()).rejects.toThrow(/must have required property/);
    writeFileSync(file, "{");
    await expect(resume()).rejects.toThrow(/is not JSON/);
  });
});

describe("retry", () => {
  const retry = async (only: string[] = []) =>
    await (
      await retryRun({ folder: fixture.folder, only, engine: null, keepEngine: false }, fixture.world())
    ).done;

  async function withFailures(): Promise<void> {
    fixture.writeLines([requestLine(1), requestLine(2), requestLine(3), "{", requestLine(4)]);
    server.script = ({ index }, response) => (index === 2 || index === 3 ? sendError(response, 400, "no") : undefined);
    await run();
    expect(fixture.ids("errors.jsonl").sort()).toEqual(["id-2", "id-3", "null"]);
    server.script = () => undefined;
    server.received.length = 0;
  }

  it("asks again what failed, merges, and keeps the old error file", async () => {
    await withFailures();
    expect((await retry()).summary).toMatchObject({ status: "completed", total: 5, completed: 4, failed: 1 });
    expect(server.indexes().sort()).toEqual([2, 3]);
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(4));
    expect(fixture.ids("errors.jsonl")).toEqual(["null"]);
    expect(fixture.ids("errors.1.jsonl").sort()).toEqual(["id-2", "id-3", "null"]);
    await expect(retry()).rejects.toThrow(/nothing to retry. 1 lines were never sent/);
  });

  it("asks only the ids it is given", async () => {
    await withFailures();
    expect((await retry(["id-3"])).summary).toMatchObject({ completed: 3, failed: 2 });
    expect(server.indexes()).toEqual([3]);
    await expect(retry(["id-1", "id-9"])).rejects.toThrow(/"id-1", "id-9"/);
  });

  it("touches nothing when the engine cannot be reached", async () => {
    await withFailures();
    const before = readFileSync(path.join(fixture.folder, "errors.jsonl"), "utf8");
    await server.die();
    fixture.aborter.abort();
    await expect(retry()).rejects.toMatchObject({ kind: "stopped" });
    expect(readFileSync(path.join(fixture.folder, "errors.jsonl"), "utf8")).toBe(before);
  });
});

describe("status", () => {
  it("tells how far a run is while it goes on, and after", async () => {
    fixture.writeLines(["{", ...Array.from({ length: 20 }, (_, index) => requestLine(index + 1))]);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const handle = await startRun(fixture.options(server.url), fixture.world());
    await waitFor("requests in flight", () => server.received.length === 14);
    const during = await readStatus(fixture.folder, new Date());
    expect(during).toMatchObject({
      running: true,
      interrupted: false,
      summary: { total: 21, completed: 10, failed: 1 },
    });
    expect(during.causes).toMatchObject([{ count: 1, example: { line: 1 } }]);
    handle.stop();
    await handle.done;
    const after = await readStatus(fixture.folder, new Date());
    expect(after).toMatchObject({ running: false, interrupted: false, summary: { status: "paused" } });
  });

  it("notices that a run's process is gone", async () => {
    fixture.write(3);
    await run();
    const file = path.join(fixture.folder, "run.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(
        /"status": "completed",\n {2}"reason"/,
        '"status": "in_progress",\n  "reason"',
      ),
    );
    const state = await readStatus(fixture.folder, new Date());
    expect(state).toMatchObject({ running: false, interrupted: true, summary: { status: "paused" } });
  });
});
