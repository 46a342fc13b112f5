import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyOverrides, changedOverrides } from "../../../server/src/run/overrides.ts";

const chat = "/v1/chat/completions";
const apply = (url: string, body: string, overrides: Parameters<typeof applyOverrides>[2]) =>
  applyOverrides(url, Buffer.from(body), overrides).toString();

describe("applyOverrides", () => {
  it("returns the same bytes when there is nothing to change", () => {
    const body = Buffer.from('{ "a": 1 }');
    expect(applyOverrides(chat, body, {})).toBe(body);
    expect(applyOverrides("/v1/embeddings", body, { temperature: 0, maxTokens: 5, seed: 1 })).toBe(body);
  });

  it("replaces a value and touches nothing else", () => {
    const body = '{ "model" : "old" , "n": 12345678901234567890, "x": "é\\u00e9" }';
    expect(apply(chat, body, { model: "new" })).toBe(
      '{ "model" : "new" , "n": 12345678901234567890, "x": "é\\u00e9" }',
    );
  });

  it("sends the server's own name for a model, and leaves other names alone", () => {
    const models = { "Qwen/Qwen3-8B": "qwen3:8b", "ünï/çode": "u" };
    expect(apply(chat, '{"model": "Qwen/Qwen3-8B" , "n":1.0}', { models })).toBe('{"model": "qwen3:8b" , "n":1.0}');
    expect(apply(chat, '{"model":"Qwen\\/Qwen3-8B"}', { models })).toBe('{"model":"qwen3:8b"}');
    expect(apply(chat, '{"model":"ünï/çode"}', { models })).toBe('{"model":"u"}');
    expect(apply(chat, '{"model":"constructor"}', { models })).toBe('{"model":"constructor"}');
    expect(apply(chat, '{"model":"Qwen/Qwen3-8B","model":"other"}', { models })).toBe(
      '{"model":"other","model":"other"}',
    );
    expect(apply(chat, '{"messages":[]}', { models })).toBe('{"messages":[]}');
    expect(apply(chat, '{"model":7}', { models })).toBe('{"model":7}');
    expect(apply(chat, '{"model":"a"}', { model: "Qwen/Qwen3-8B", models })).toBe('{"model":"qwen3:8b"}');
  });

  it("adds what is missing", () => {
    expect(apply(chat, '{"a":1 }', { model: "m", temperature: 0 })).toBe('{"a":1 ,"model":"m","temperature":0}');
    expect(apply(chat, "{}", { topP: 0.5, seed: 7 })).toBe('{"top_p":0.5,"seed":7}');
  });

  it("replaces each of several equal keys", () => {
    expect(apply(chat, '{"model":"a","model":"b"}', { model: "c" })).toBe('{"model":"c","model":"c"}');
  });

  it("does not look into deeper objects", () => {
    expect(apply(chat, '{"metadata":{"model":"a"}}', { model: "c" })).toBe('{"metadata":{"model":"a"},"model":"c"}');
  });

  it.each([
    [chat, '{"max_tokens":1}', '{"max_tokens":9}'],
    [chat, '{"max_tokens":1,"max_completion_tokens":2}', '{"max_tokens":9,"max_completion_tokens":9}'],
    [chat, "{}", '{"max_completion_tokens":9}'],
    ["/v1/completions", "{}", '{"max_tokens":9}'],
    ["/v1/responses", "{}", '{"max_output_tokens":9}'],
    ["/v1/score", "{}", "{}"],
  ])("knows the name of the token limit of %s in %s", (url, before, after) => {
    expect(apply(url, before, { maxTokens: 9 })).toBe(after);
  });

  it("does what setting the keys of the parsed object does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string({ minLength: 1 }), (object, model) => {
        const changed: unknown = JSON.parse(apply(chat, JSON.stringify(object), { model, temperature: 1 }));
        expect(changed).toEqual({ ...(JSON.parse(JSON.stringify(object)) as object), model, temperature: 1 });
      }),
    );
  });
});

describe("changedOverrides", () => {
  it("says nothing about what was not asked for", () => {
    expect(changedOverrides({ model: "a", seed: 1 }, {})).toBeNull();
    expect(changedOverrides({ model: "a" }, { model: "a" })).toBeNull();
  });
  it("names the difference", () => {
    expect(changedOverrides({ model: "a" }, { model: "b" })).toBe("This run was started with a, not with --model b.");
    expect(changedOverrides({}, { temperature: 0 })).toBe("This run was started without it, not with --temperature 0.");
  });
});
