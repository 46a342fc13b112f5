import { describe, expect, it } from "vitest";
import { kindOf } from "../../../server/src/protocol/fileKind.ts";

const kind = (text: string, globs: readonly string[] = []) => kindOf(text.split("\n"), "/work/data/a.jsonl", globs);

describe("what a file is, by its first lines", () => {
  it.each(
    [
      ['{"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {}}'],
      ["", "   ", '{"custom_id": "a", "body": {}}'].join("\n"),
      ["{'custom_id': 'a', 'body': {}}"],
      ["{custom_id: 1, url: 2}"],
      ['[\n  {\n    "custom_id": "a",\n    "method": "POST"\n  }\n]'],
      ['not JSON at all\n{"custom_id": "a", "method": "POST"'],
      ["{“custom_id”: “a”, “method”: “POST”}"],
    ].flat(),
  )("requests: %s", (text) => {
    expect(kind(text)).toBe("batch");
  });

  it.each([
    '{"id": "x", "custom_id": "a", "response": {"status_code": 200, "body": {}}, "error": null}',
    '{"id": "x", "custom_id": "a", "response": null, "error": {"code": "run.http400"}}',
  ])("results: %s", (text) => {
    expect(kind(text)).toBe("results");
  });

  it.each(["", '{"text": "a"}', '{"prompt": "a", "completion": "b"}', '{"url": "/a"}', '{"custom_id": "a"}'])(
    "none of ours: %s",
    (text) => {
      expect(kind(text)).toBe("other");
    },
  );

  it("is a batch file whatever it begins with where a glob says so", () => {
    expect(kind('{"text": "a"}', ["**/data/*.jsonl"])).toBe("batch");
    expect(kind('{"text": "a"}', ["**/other/*.jsonl"])).toBe("other");
  });

  it("does not take requests far down for the beginning", () => {
    const far = [...Array<string>(20).fill('{"text": "a"}'), '{"custom_id": "a", "method": "POST"}'].join("\n");
    expect(kind(far)).toBe("other");
  });
});
