import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fix } from "../../../../server/src/cli/verbs/fix.ts";
import { validate } from "../../../../server/src/cli/verbs/validate.ts";
import { request } from "../../../support/batch/inMemory.ts";
import { callCli } from "../../../support/cli/callCli.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "cli-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const write = (name: string, content: string) => writeFile(path.join(folder, name), content);
const read = (name: string) => readFile(path.join(folder, name), "utf8");

const call = (...argv: string[]) => callCli([validate, fix], argv, { cwd: folder });

const planted = [
  request(),
  request({ custom_id: "b", method: "post", url: "v1/chat/completions" }),
  `${request({ custom_id: "c" })},`,
  request({ custom_id: "d", url: "/v1/chat/completion" }),
  request(),
  '{"custom_id": "e", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "Qwen/Qwen3-8B"',
].join("\n");

describe("validate", () => {
  test("says where, what and what to do", async () => {
    await write("a.jsonl", planted);
    expect(await call("validate", "a.jsonl")).toEqual({
      exitCode: 1,
      printed: [
        'a.jsonl:2:40 error url.missingSlash "url" must begin with a slash: "/v1/chat/completions".',
        "a.jsonl:3:143 error json.trailingComma There is a comma after this line's object. Lines are not separated by commas.",
        'a.jsonl:4:40 error url.unknown "/v1/chat/completion" is no endpoint of vLLM. Did you mean "/v1/chat/completions"?',
        'a.jsonl:5:14 error customId.duplicate The custom_id "a" is already that of line 1. Only one of the two answers could be kept.',
        "a.jsonl:6:101 error json.unexpectedEnd The line ends before the { of column 77 is closed: a } is missing, or the rest was cut off.",
        'a.jsonl:2:27 warning method.spelling "method" must be written "POST", in capitals and without spaces. vLLM ignores it, OpenAI rejects it.',
      ].join("\n"),
      said: [
        "a.jsonl: 5 errors, 1 warning. 1 of 6 requests can be sent.",
        "3 problems can be mended safely: vllm-batch fix a.jsonl -o a.fixed.jsonl",
      ].join("\n"),
    });
  });

  test("a good file", async () => {
    await write("a b.jsonl", `${request()}\n`);
    expect(await call("validate", "a b.jsonl")).toEqual({
      exitCode: 0,
      printed: "",
      said: "a b.jsonl: 1 request, no problems.",
    });
  });

  test("warnings alone are no failure, and the target decides", async () => {
    await write("it's.jsonl", request({ method: "post" }));
    const { exitCode, said } = await call("validate", "it's.jsonl");
    expect(exitCode).toBe(0);
    expect(said).toContain(String.raw`vllm-batch fix 'it'\''s.jsonl' -o 'it'\''s.fixed.jsonl'`);
    expect((await call("validate", "it's.jsonl", "--target", "openai")).exitCode).toBe(1);
  });

  test("one JSON document for all files", async () => {
    await write("a.jsonl", planted);
    await write("b.jsonl", request());
    const { exitCode, printed, said } = await call("validate", "a.jsonl", "b.jsonl", "--json", "--max-problems", "2");
    expect({ exitCode, said }).toEqual({ exitCode: 1, said: "" });
    expect(JSON.parse(printed)).toEqual({
      files: [
        {
          file: "a.jsonl",
          lines: 6,
          requests: 6,
          invalid: 5,
          counts: { error: 5, warning: 1, info: 0 },
          byCode: {
            "method.spelling": 1,
            "url.missingSlash": 1,
            "json.trailingComma": 1,
            "url.unknown": 1,
            "customId.duplicate": 1,
            "json.unexpectedEnd": 1,
          },
          models: { "Qwen/Qwen3-8B": 4 },
          urls: { "/v1/chat/completions": 2, "v1/chat/completions": 1, "/v1/chat/completion": 1 },
          problems: [
            {
              line: 2,
              column: 27,
              endLine: 2,
              endColumn: 33,
              code: "method.spelling",
              severity: "warning",
              message: `"method" must be written "POST", in capitals and without spaces. vLLM ignores it, OpenAI rejects it.`,
              customId: "b",
              fix: "safe",
            },
            {
              line: 2,
              column: 40,
              endLine: 2,
              endColumn: 61,
              code: "url.missingSlash",
              severity: "error",
              message: `"url" must begin with a slash: "/v1/chat/completions".`,
              customId: "b",
              fix: "safe",
            },
          ],
          truncated: true,
        },
        expect.objectContaining({ file: "b.jsonl", problems: [], truncated: false }),
      ],
    });
  });

  test("--max-problems 0 lists all", async () => {
    await write(
      "a.jsonl",
      Array.from({ length: 1500 }, (_, id) => request({ custom_id: `${id}`, method: "post" })).join("\n"),
    );
    const problems = async (...more: string[]) => {
      const { printed } = await call("validate", "a.jsonl", "--json", ...more);
      const { files } = JSON.parse(printed) as { files: [{ problems: unknown[]; truncated: boolean; counts: object }] };
      return [files[0].problems.length, files[0].truncated, files[0].counts];
    };
    const counts = { error: 0, warning: 1500, info: 0 };
    expect(await problems()).toEqual([1000, true, counts]);
    expect(await problems("--max-problems", "0")).toEqual([1500, false, counts]);
  });

  test("a report of the file", async () => {
    const body = (content: string, more: object = {}) => ({
      model: "Qwen/Qwen3-8B",
      messages: [
        { role: "system", content: "You are terse. ".repeat(40) },
        { role: "user", content },
      ],
      ...more,
    });
    const lines = [
      request({ body: body("one", { max_completion_tokens: 10 }) }),
      request({ custom_id: "b", body: body("two", { max_completion_tokens: 20, temperature: 0 }) }),
      request({ custom_id: "c", body: body("one") }),
    ];
    await write("a.jsonl", lines.join("\n"));
    expect((await call("validate", "a.jsonl", "--report")).printed.split("\n").slice(-10)).toEqual([
      "  requests           3",
      "  urls               /v1/chat/completions (3)",
      "  models             Qwen/Qwen3-8B (3)",
      "  prompt tokens      about 464, 155 each",
      "  output tokens      at most 30 where limited",
      "  shared beginnings  55 % of the prompt text",
      "  duplicate prompts  1",
      "  longest prompts    line 1 (about 155), line 2 (about 155), line 3 (about 155)",
      "  note               Chats without max_completion_tokens, so that an answer may fill the context: 1.",
      `  note               The requests differ in "temperature".`,
    ]);
    const { files } = JSON.parse((await call("validate", "a.jsonl", "--report", "--json")).printed) as {
      files: [{ report: object }];
    };
    expect(files[0].report).toMatchObject({ duplicatePrompts: 1, duplicateBodies: 0, maxOutputTokens: 30 });
  });

  test.each([
    [["validate"], 2, /Which file/],
    [["validate", "a.jsonl", "--target", "x"], 2, /--target takes vllm or openai/],
    [["validate", "a.jsonl", "--max-problems", "x"], 2, /--max-problems/],
    [["validate", "none.jsonl"], 3, /^none.jsonl: there is no such file.$/],
    [["validate", "."], 3, /it is a folder/],
  ])("%j: exit code %i", async (argv, exitCode, said) => {
    const answer = await call(...argv);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.said).toMatch(said);
  });
});

describe("fix", () => {
  const mended = planted.replace("post", "POST").replace('"v1/', '"/v1/').replace("},\n", "}\n");

  test("says what it did and what is left", async () => {
    await write("a.jsonl", planted);
    expect(await call("fix", "a.jsonl", "-o", "b.jsonl")).toEqual({
      exitCode: 1,
      printed: "",
      said: [
        "a.jsonl → b.jsonl: 2 lines changed.",
        "Mended: method.spelling (1), url.missingSlash (1), json.trailingComma (1).",
        "Left: url.unknown (1), customId.duplicate (1), json.unexpectedEnd (1). `vllm-batch validate b.jsonl` says where.",
      ].join("\n"),
    });
    expect(await read("b.jsonl")).toBe(mended);
    expect(await read("a.jsonl")).toBe(planted);
  });

  test("answers a program", async () => {
    await write("a.jsonl", planted);
    const { exitCode, printed, said } = await call(
      "fix",
      "a.jsonl",
      "--in-place",
      "--suggested",
      "--model",
      "m",
      "--json",
    );
    expect({ exitCode, said }).toEqual({ exitCode: 1, said: "" });
    expect(JSON.parse(printed)).toEqual({
      file: "a.jsonl",
      output: "a.jsonl",
      changedLines: 5,
      applied: {
        "method.spelling": 1,
        "url.missingSlash": 1,
        "json.trailingComma": 1,
        "url.unknown": 1,
        "customId.duplicate": 1,
        "option.model": 5,
      },
      left: { "json.unexpectedEnd": 1 },
    });
    expect((await read("a.jsonl")).match(/"model":"m"/g)).toHaveLength(5);
  });

  test("a file with nothing to mend", async () => {
    await write("a.jsonl", request());
    expect(await call("fix", "a.jsonl", "--in-place")).toEqual({
      exitCode: 0,
      printed: "",
      said: "a.jsonl → a.jsonl: nothing to mend.",
    });
  });

  test("mends the file behind a link, and leaves the link", async () => {
    await write("a.jsonl", planted);
    await symlink("a.jsonl", path.join(folder, "link.jsonl"));
    await call("fix", "link.jsonl", "--in-place");
    expect(await read("a.jsonl")).toBe(mended);
    expect(await read("link.jsonl")).toBe(mended);
  });

  test.each([
    [["fix", "a.jsonl"], 2, /either -o OUT or --in-place/],
    [["fix", "a.jsonl", "-o", "b.jsonl", "--in-place"], 2, /either -o OUT or --in-place/],
    [["fix", "a.jsonl", "-o", "a.jsonl"], 2, /a.jsonl exists and is not overwritten. Use --in-place/],
    [["fix", "a.jsonl", "-o", "there.jsonl"], 2, /there.jsonl exists and is not overwritten. Choose another name/],
    [["fix", "a.jsonl", "-o", "none/b.jsonl"], 2, /The folder none does not exist/],
    [["fix", "none.jsonl", "--in-place"], 3, /^none.jsonl: there is no such file.$/],
    [["fix", "a.jsonl", "b.jsonl", "-o", "c.jsonl"], 2, /fix takes one file/],
    [["fix", "a.jsonl", "--in-place", "--model", " "], 2, /--model needs a name/],
  ])("%j: exit code %i, and no file is touched", async (argv, exitCode, said) => {
    await write("a.jsonl", planted);
    await write("there.jsonl", "precious");
    const answer = await call(...argv);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.said).toMatch(said);
    expect(await read("a.jsonl")).toBe(planted);
    expect(await read("there.jsonl")).toBe("precious");
  });
});
