import { describe, expect, test } from "vitest";
import { check, codesOf, request } from "../../support/batch/inMemory.ts";

describe("the rules of a request", () => {
  test("a good one has no problems", () => {
    expect(check(request())).toMatchObject({
      problems: [],
      invalidLines: [],
      lines: 1,
      requests: 1,
      invalid: 0,
      counts: { error: 0, warning: 0, info: 0 },
      byCode: {},
      models: { "Qwen/Qwen3-8B": 1 },
      urls: { "/v1/chat/completions": 1 },
    });
  });

  test.each([
    [{ custom_id: undefined }, "customId.missing", "suggested"],
    [{ custom_id: 7 }, "customId.notString", "safe"],
    [{ custom_id: null }, "customId.notString", "suggested"],
    [{ custom_id: "" }, "customId.empty", "suggested"],
    [{ method: undefined }, "method.missing", "safe"],
    [{ method: 1 }, "method.notString", "safe"],
    [{ method: "Post" }, "method.spelling", "safe"],
    [{ method: "PUT" }, "method.notPost", "suggested"],
    [{ url: undefined }, "url.missing", null],
    [{ url: 1 }, "url.notString", null],
    [{ url: "v1/chat/completions" }, "url.missingSlash", "safe"],
    [{ url: "/v1/chat/completions/" }, "url.extraSlash", "safe"],
    [{ url: " /v1/chat/completions" }, "url.missingSlash", "safe"],
    [{ url: "http://127.0.0.1:8000/v1/chat/completions" }, "url.full", "safe"],
    [{ url: "https://api.openai.com/v1/threads" }, "url.full", null],
    [{ url: "/chat/completions" }, "url.unknown", "suggested"],
    [{ url: "/v1/chat/complitions" }, "url.unknown", "suggested"],
    [{ url: "/v1/chat/completions?x=1" }, "url.unknown", "suggested"],
    [{ url: "/v1/threads/runs" }, "url.unknown", null],
    [{ url: "/v1/images/generations" }, "url.openaiOnly", null],
    [{ body: undefined }, "body.missing", null],
    [{ body: [] }, "body.notObject", null],
    [{ body: "not JSON" }, "body.notObject", null],
    [{ body: '{"model":"m"}' }, "body.notObject", "safe"],
    [{ priority: 1 }, "line.unknownKey", null],
  ])("%j", (parts, code, fix) => {
    const { problems } = check(request(parts));
    expect(problems.map((problem) => [problem.code, problem.fix])).toEqual([[code, fix]]);
  });

  test("those that are ignored are neither told nor counted, and still keep a request from being sent", () => {
    const ignored = new Set(["method.spelling", "file.arrayFile"]);
    const line = request({ method: "post", url: "v1/chat/completions" });
    expect(check(line, { ignored })).toMatchObject({
      problems: [{ code: "url.missingSlash" }],
      counts: { error: 1 },
      byCode: { "url.missingSlash": 1 },
      safelyFixable: 1,
      invalid: 1,
    });
    const all = { ignored: new Set(["url.missingSlash", "method.spelling"]) };
    expect(check(line, all)).toMatchObject({ problems: [], byCode: {}, safelyFixable: 0, invalid: 1 });
    expect(check(`[${request()}]`, { ignored })).toMatchObject({ problems: [], byCode: {}, invalid: 1 });
  });

  test("points at the offending token", () => {
    const text = request({ url: "v1/embeddings", extra: 1 });
    const shown = check(text).problems.map(({ column, endColumn, code }) => [
      code,
      text.slice(column - 1, endColumn - 1),
    ]);
    expect(shown).toContainEqual(["url.missingSlash", '"v1/embeddings"']);
    expect(shown).toContainEqual(["line.unknownKey", '"extra"']);
    expect(check("{}").problems.every(({ column, endColumn }) => column === 1 && endColumn === 2)).toBe(true);
  });

  test("says what a misspelled url was meant to be", () => {
    expect(check(request({ url: "/v1/chat/complition" })).problems[0]?.message).toContain(`"/v1/chat/completions"`);
  });

  test("a key with a typo is also a missing one", () => {
    expect(codesOf(request().replace("custom_id", "customid"))).toEqual(["customId.missing", "line.unknownKey"]);
  });
});

describe("a key that stands twice", () => {
  test.each([
    ['{"a":1,"a":2}', '"a"', 7],
    ['{"b":{"c":[{"d":1,"d":1}]}}', '"d"', 18],
    ['{"a":"\\"a\\":","a" : 1}', '"a"', 14],
    ['{"\\u0061":1,"a":2}', '"a"', 12],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"', 15],
  ])("%s", (inner, key, offset) => {
    const text = request().replace(/\}$/, `,"x":${inner}}`);
    const found = check(text).problems.filter(({ code }) => code === "line.duplicateKey");
    const start = text.length - 1 - inner.length + offset;
    expect(found.map(({ column, endColumn }) => [column, endColumn])).toEqual([[start + 1, start + 1 + key.length]]);
  });

  test.each([
    '{"a":{"a":1},"b":{"a":1}}',
    '{"2":1,"1":1}',
    '{"é":1,"\\"":[{},{}]}',
    '{"a":[],"b":{ }}',
    '{"\\n\\n\\":1":5}',
  ])("%s has none", (inner) => {
    expect(codesOf(request().replace(/\}$/, `,"x":${inner}}`))).toEqual(["line.unknownKey"]);
  });

  test("tells equal values from different ones", () => {
    const fixOf = (inner: string) =>
      check(request().replace(/\}$/, `,${inner}}`)).problems.find(({ code }) => code === "line.duplicateKey")?.fix;
    expect(fixOf('"method":"POST"')).toBe("safe");
    expect(fixOf('"method":"PUT"')).toBe("suggested");
  });
});

describe("what spans lines", () => {
  test("the later of two equal ids has the problem, and names the first", () => {
    const { problems, invalidLines } = check([request(), request({ custom_id: "b" }), request()].join("\n"));
    expect(problems).toMatchObject([{ code: "customId.duplicate", line: 3, related: { line: 1 }, customId: "a" }]);
    expect(problems[0]?.message).toContain("line 1");
    expect(invalidLines.map(({ line }) => line)).toEqual([3]);
  });

  test("ids of lines that are not JSON do not count", () => {
    expect(codesOf(`${request().slice(0, -2)}\n${request()}`)).toEqual(["json.unexpectedEnd"]);
  });

  const embedding = request({ custom_id: "b", url: "/v1/embeddings", body: { model: "Qwen/Qwen3-8B", input: "x" } });
  const completion = request({ custom_id: "b", url: "/v1/completions", body: { model: "Qwen/Qwen3-8B", prompt: "x" } });

  test("several urls: a hint for vLLM, a warning where one model cannot serve them, an error for OpenAI", () => {
    const severity = (other: string, target: "vllm" | "openai") =>
      check(`${request()}\n${other}`, { target }).problems.find(({ code }) => code === "file.mixedUrls")?.severity;
    expect(severity(completion, "vllm")).toBe("info");
    expect(severity(embedding, "vllm")).toBe("warning");
    expect(severity(embedding, "openai")).toBe("error");
  });

  test("a url that is wrong does not make a mixture", () => {
    expect(codesOf(`${request()}\n${request({ custom_id: "b", url: "/v1/nonsense" })}`)).toEqual(["url.unknown"]);
  });

  test("several models", () => {
    const other = request({ custom_id: "b", body: { model: "other", messages: [{ role: "user", content: "x" }] } });
    const found = check(`${request()}\n${other}`).problems.find(({ code }) => code === "file.mixedModels");
    expect(found).toMatchObject({ line: 1, severity: "warning" });
    expect(found?.message).toContain("Qwen/Qwen3-8B (1), other (1)");
  });

  test("an empty file, and one of empty lines", () => {
    expect(codesOf("")).toEqual(["file.empty"]);
    expect(codesOf("\n \n")).toEqual(["file.empty"]);
  });

  test("OpenAI's limit of requests", () => {
    const lines = Array.from({ length: 50_001 }, (_, index) => `{"custom_id":"${index}"}`).join("\n");
    expect(check(lines, { target: "openai" }).byCode).toHaveProperty(["file.tooManyRequests"], 1);
    expect(check(lines).byCode).not.toHaveProperty(["file.tooManyRequests"]);
    expect(check(lines.slice(lines.indexOf("\n")), { target: "openai" }).byCode).not.toHaveProperty([
      "file.tooManyRequests",
    ]);
  });
});

describe("the answers", () => {
  test("counts are exact, whoever listens", () => {
    const content = Array.from({ length: 50 }, (_, index) => request({ custom_id: `${index}`, method: "post" })).join(
      "\n",
    );
    const { counts, byCode, problems, safelyFixable } = check(content, { wantsProblem: () => false });
    expect({ counts, byCode, problems, safelyFixable }).toEqual({
      counts: { error: 0, warning: 50, info: 0 },
      byCode: { "method.spelling": 50 },
      problems: [],
      safelyFixable: 50,
    });
  });

  test("an invalid line comes with its errors only", () => {
    const { invalidLines } = check(request({ method: "post", url: "x" }));
    expect(invalidLines).toMatchObject([{ line: 1, endLine: 1, customId: "a", problems: [{ code: "url.unknown" }] }]);
  });

  test("the problems of a line come in its order", () => {
    const { problems } = check(request({ custom_id: 1, method: "post", url: "x", body: 1, z: 1 }));
    const columns = problems.map(({ column }) => column);
    expect(columns).toEqual(columns.toSorted((a, b) => a - b));
    expect(problems).toHaveLength(5);
  });

  test("the id of a broken line is told where it stands first", () => {
    expect(check('{"custom_id":"a\\"b", x').problems[0]?.customId).toBe('a"b');
    expect(check('{"body":{"custom_id":"a"}, x').problems[0]?.customId).toBeNull();
  });
});
