import { describe, expect, test } from "vitest";
import { completionsOf } from "../../../../server/src/language/features/completion.ts";
import type { LanguageSettings } from "../../../../server/src/language/settings.ts";
import { withoutSnippet } from "../../../../server/src/language/plainAnswers.ts";
import { openAt, requestLine } from "../../../support/openFile.ts";

function labels(marked: string, servedModels: string[] = [], settings: Partial<LanguageSettings> = {}): string[] {
  const { file, position } = openAt(marked, settings);
  return completionsOf(file, position, { servedModels }).map(({ label }) => label);
}

const start = '{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": ';

describe("completionsOf", () => {
  test("the fields of a line that are not there yet", () => {
    expect(labels('{"custom_id": "a", "method": "POST", |}')).toEqual(["url", "body"]);
  });

  test("the fields of a body by its url, those without effect last", () => {
    const found = labels(`${start}{"model": "m", "te|"}}`);
    expect(found).toContain("temperature");
    expect(found).toContain("messages");
    expect(found).not.toContain("model");
    expect(labels(`${start.replace("chat/completions", "embeddings")}{"|"}}`)).toContain("dimensions");
    expect(labels(`${start.replace("chat/completions", "embeddings")}{"|"}}`)).not.toContain("temperature");
  });

  test("the fields and roles of a message", () => {
    expect(labels(`${start}{"model": "m", "messages": [{"|"}]}}`)).toEqual(expect.arrayContaining(["role", "content"]));
    const roles = labels(`${start}{"model": "m", "messages": [{"role": "|"}]}}`);
    expect(roles).toEqual(expect.arrayContaining(["system", "user", "assistant", "tool"]));
  });

  test("urls of the target", () => {
    expect(labels('{"custom_id": "a", "method": "POST", "url": "|"}')).toContain("/v1/rerank");
    const openai = labels('{"custom_id": "a", "method": "POST", "url": "|"}', [], { target: "openai" });
    expect(openai).not.toContain("/v1/rerank");
  });

  test("models: served ones first, then the file's own", () => {
    const file = `${requestLine("b", { model: "mine/in-file" })}\n${start}{"model": "|"}}`;
    expect(labels(file, ["served/model"]).slice(0, 2)).toEqual(["served/model", "mine/in-file"]);
  });

  test("true and false where they belong", () => {
    expect(labels(`${start}{"model": "m", "logprobs": |}}`)).toEqual(["true", "false"]);
  });

  test("a whole request on an empty line", () => {
    expect(labels(`${requestLine("a")}\n|`)).toEqual(["request"]);
  });

  test("what the file's own names hold is no place to fill in", () => {
    const odd = requestLine("a", { model: 'x"$1}' }, { url: "/v1/$0\\\\" });
    const { file, position } = openAt(`${odd}\n|`);
    const [item] = completionsOf(file, position, { servedModels: [] }).map(withoutSnippet);
    expect(JSON.parse(item?.textEdit?.newText ?? "")).toMatchObject({ url: "/v1/$0\\\\", body: { model: 'x"$1}' } });
  });

  test("nothing where nothing can stand, and in files that are not ours", () => {
    expect(labels(`${requestLine("a")} |`)).toEqual([]);
    expect(labels('{"level": "|"}')).toEqual([]);
  });

  test("the edit takes the place of what is being typed, quotes included", () => {
    const { file, position } = openAt(`${start}{"model": "m", "temp|": 1}}`);
    const item = completionsOf(file, position, { servedModels: [] }).find(({ label }) => label === "temperature");
    const begin = start.length + '{"model": "m", '.length;
    expect(item?.textEdit).toEqual({
      range: { start: { line: 0, character: begin }, end: { line: 0, character: begin + 6 } },
      newText: '"temperature"',
    });
  });
});
