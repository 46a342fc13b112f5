import { describe, expect, it } from "vitest";
import { plainMarkdown } from "../../../../client/src/text/plainMarkdown.ts";

describe("a text as Markdown", () => {
  it("has no markup of its own", () => {
    const hostile = "<img src=x> [a](command:b) **c** `d` &amp; https://e.example $(f)\n# g";
    const marked = plainMarkdown(hostile);
    expect(marked.match(/(?<!\\)[!-/:-@[\]^_`{-~]/g)).toBeNull();
    expect(marked).not.toContain("\n");
    expect(marked.replace(/\\(.)/g, "$1")).toBe(hostile.replace("\n", " "));
  });

  it("is left alone where nothing could be taken for markup", () => {
    expect(plainMarkdown("Passt auf 34 GiB")).toBe("Passt auf 34 GiB");
  });
});
