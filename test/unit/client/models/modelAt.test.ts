import { describe, expect, it } from "vitest";
import { modelAt } from "../../../../client/src/models/modelAt.ts";
import { request } from "../../../support/extension/requests.ts";

const line = request(1, "org/model-7B");
const start = line.indexOf("org/");
const end = start + "org/model-7B".length;

describe("the name of a model at a place of a line", () => {
  it("is found from its first letter to behind its last, and nowhere else", () => {
    const at = { name: "org/model-7B", start, end };
    expect(modelAt(line, start)).toEqual(at);
    expect(modelAt(line, end)).toEqual(at);
    expect([modelAt(line, start - 1), modelAt(line, end + 1), modelAt(line, 0)]).toEqual([null, null, null]);
  });

  it("is found far to the right, with spaces around the colon", () => {
    const long = `{"custom_id":"${"x".repeat(100_000)}","body":{"model" : "a/b"}}`;
    expect(modelAt(long, long.indexOf("a/b") + 1)).toMatchObject({ name: "a/b" });
  });

  it.each(["llama3.1:8b", "--trust/x", "-x/y", "../x", "/etc/passwd", "//host/share", "a/b/c", "a/b c", ".a/b", ""])(
    "%j is no repository that could be looked up",
    (name) => {
      const text = JSON.stringify({ model: name });
      expect(modelAt(text, text.indexOf(":") + 2)).toBeNull();
    },
  );

  it("is none in a text that only quotes one", () => {
    const text = JSON.stringify({ content: `{"model": "a/b"}` });
    expect(modelAt(text, text.indexOf("a/b") + 1)).toBeNull();
  });
});
