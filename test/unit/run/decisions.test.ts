/** The small decisions of a run, each as a table. */
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { normalizeEndpoint } from "../../../server/src/run/endpointUrl.ts";
import { modelSlug, nextRunName, runsFolder } from "../../../server/src/run/folderName.ts";
import { failureOf } from "../../../server/src/run/httpFailure.ts";
import { errorOfInvalidLine, isUnusable } from "../../../server/src/run/invalidLines.ts";
import { isSuccess } from "../../../server/src/run/manifest.ts";
import { byPrefix } from "../../../server/src/run/order.ts";
import { RateMeter } from "../../../server/src/run/rateMeter.ts";
import { BatchRequest } from "../../../server/src/run/request.ts";
import { idMaker } from "../../../server/src/run/requestIds.ts";
import { backoffMs, defaultRetryPolicy } from "../../../server/src/run/retryPolicy.ts";
import { etaSeconds } from "../../../server/src/run/etaSeconds.ts";
import type { Problem } from "../../../server/src/protocol/problem.ts";

it.each([
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000"],
  ["http://127.0.0.1:8000/", "http://127.0.0.1:8000"],
  ["http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"],
  ["http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000"],
  ["https://example.org/llm/v1", "https://example.org/llm"],
  ["http://[::1]:8000", "http://[::1]:8000"],
  ["127.0.0.1:8000", null],
  ["localhost:8000", null],
  ["ftp://example.org", null],
  ["http://user:secret@example.org", null],
  ["", null],
])("the endpoint %s is %s", (text, url) => {
  expect(normalizeEndpoint(text)).toBe(url);
});

describe("the name of a run's folder", () => {
  it("stands beside the batch file", () => {
    expect(runsFolder("/data/tickets.2026.jsonl")).toBe("/data/tickets.2026.runs");
  });
  it.each([
    [["meta-llama/Llama-3.1-8B-Instruct"], "llama-3.1-8b-instruct"],
    [["llama3.1:8b"], "llama3.1-8b"],
    [["/models/../../etc"], "etc"],
    [["a", "b"], "mixed"],
    [[], "run"],
    [["///"], "run"],
    [["..."], "run"],
    [["x".repeat(300)], "x".repeat(60)],
  ])("is made of the models %j: %s", (models, slug) => {
    expect(modelSlug(models)).toBe(slug);
  });
  it.each([
    [[], "001-m"],
    [["001-a", "007-b", "notes", "x-9"], "008-m"],
    [["999-a"], "1000-m"],
    [["1000-a", "999-a"], "1001-m"],
  ])("follows on %j with %s", (existing, name) => {
    expect(nextRunName(existing, "m")).toBe(name);
  });
});

it("waits longer after each failure, within limits, and never all at the same time", () => {
  const waits = [1, 2, 3, 4, 5, 10, 60].map((failed) => backoffMs(defaultRetryPolicy, failed, 0));
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 30_000, 30_000]);
  expect(backoffMs(defaultRetryPolicy, 1, 0.999)).toBeCloseTo(250, 0);
});

it.each([
  ["ECONNREFUSED", false, "refused"],
  ["ENOTFOUND", false, "refused"],
  ["UND_ERR_CONNECT_TIMEOUT", false, "refused"],
  ["ENOENT", false, "refused"],
  ["EAGAIN", false, "local"],
  ["EMFILE", false, "local"],
  ["ECONNRESET", false, "reset"],
  ["UND_ERR_SOCKET", false, "reset"],
  ["EPIPE", false, "reset"],
  ["ECONNRESET", true, "cut"],
  ["HPE_INVALID_CONSTANT", true, "cut"],
])("the client's error %s (answer begun: %s) is %s", (code, begun, failure) => {
  expect(failureOf(Object.assign(new Error("x"), { code }), begun).failure).toBe(failure);
});

describe("lines that must not be sent", () => {
  const problem = (code: string): Problem => {
    return {
      line: 3,
      column: 2,
      endLine: 3,
      endColumn: 4,
      code,
      severity: "error",
      message: "no",
      customId: "a",
      fix: null,
    };
  };
  const invalid = (...codes: string[]) => ({ line: 3, endLine: 3, customId: "a", problems: codes.map(problem) });

  it("are sent after all when --model mends all that is wrong with them", () => {
    expect(isUnusable(invalid("model.ollama"), false)).toBe(true);
    expect(isUnusable(invalid("model.ollama"), true)).toBe(false);
    expect(isUnusable(invalid("body.missingModel"), true)).toBe(false);
    expect(isUnusable(invalid("model.ollama", "body.range"), true)).toBe(true);
  });
  it("name their id only when it is theirs alone", () => {
    expect(errorOfInvalidLine(invalid("body.range")).customId).toBe("a");
    expect(errorOfInvalidLine(invalid("body.range", "customId.duplicate")).customId).toBeNull();
    expect(errorOfInvalidLine({ ...invalid("customId.empty"), customId: "" }).customId).toBeNull();
  });
  it("say what is wrong and where", () => {
    expect(errorOfInvalidLine({ ...invalid("json.syntax", "body.range"), endLine: 5 }).error).toEqual({
      code: "json.syntax",
      message: "no",
      line: 3,
      end_line: 5,
      attempts: 0,
      causes: ["json.syntax at 3:2: no", "body.range at 3:2: no"],
    });
  });
});

describe("the order by prefix", () => {
  const request = (line: number, body: object) =>
    new BatchRequest(line, `id-${line}`, "/v1/chat/completions", Buffer.from(JSON.stringify(body)));
  it("puts together what begins alike, whatever stands before the prompt", () => {
    const prompts = ["BBB one", "AAA one", "BBB two", "AAA two", "CCC", "AAA one"];
    const requests = prompts.map((content, index) =>
      request(index + 1, { seed: index, messages: [{ role: "user", content }], max_tokens: 9 }),
    );
    expect(byPrefix(requests).map(({ line }) => line)).toEqual([2, 6, 4, 1, 3, 5]);
  });
  it("knows the prompts of the other endpoints", () => {
    const requests = [request(1, { seed: 1, prompt: "b" }), request(2, { seed: 2, prompt: "a" })];
    expect(byPrefix(requests).map(({ line }) => line)).toEqual([2, 1]);
  });
});

it("measures rates over its window only", () => {
  const meter = new RateMeter(10_000);
  expect(meter.rates()).toEqual({ answers: 0, tokens: 0 });
  for (let second = 0; second <= 30; second += 1)
    meter.sample(second * 1000, second < 15 ? 0 : (second - 15) * 10, second * 5);
  expect(meter.rates().answers).toBeCloseTo(10, 5);
  expect(meter.rates().tokens).toBeCloseTo(5, 5);
});

it("knows no time of arrival without a rate", () => {
  expect(etaSeconds(100, 0)).toBeNull();
  expect(etaSeconds(0, 0)).toBe(0);
  expect(etaSeconds(100, 4)).toBe(25);
});

it("makes ids that differ", () => {
  const next = idMaker(randomBytes);
  expect(next()).toMatch(/^[0-9a-f]{16}$/);
  expect(new Set(Array.from({ length: 5000 }, next)).size).toBe(5000);
});

it.each([
  [100, 100, 100, true],
  [99, 100, 100, false],
  [99, 100, 99, true],
  [90, 100, 90.5, false],
  [0, 100, 0, true],
])("%i of %i answered, at least %d %% asked for: %s", (completed, total, failUnder, success) => {
  const counts = {
    total,
    completed,
    failed: 0,
    retried: 0,
    engineRestarts: 0,
    promptTokens: 0,
    completionTokens: 0,
    seconds: 0,
  };
  const options = {
    failUnder,
    inFlight: null,
    order: "file",
    inputOrder: false,
    maxAttempts: 1,
    requestTimeoutMs: 1,
    giveUpAfterMs: 1,
  } as const;
  expect(isSuccess({ counts, options })).toBe(success);
});
