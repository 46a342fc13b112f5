import { describe, expect, test } from "vitest";
import { hoverOf } from "../../../../server/src/language/features/hover.ts";
import { openAt, requestLine } from "../../../support/openFile.ts";

function text(marked: string): string | null {
  const { file, position } = openAt(marked);
  const contents = hoverOf(file, position)?.contents;
  return contents === undefined ? null : (contents as { value: string }).value;
}

const mark = (line: string, at: string) => line.replace(at, `${at.slice(0, 2)}|${at.slice(2)}`);

describe("hoverOf", () => {
  test("a field: what it does, its range, what holds without it", () => {
    const found = text(mark(requestLine("a", { temperature: 1 }), "temperature"));
    expect(found).toMatch(/^\*\*temperature\*\* — number, 0 to 2\n\n/);
    expect(found).toMatch(/Left out: /);
  });

  test("a field that only vLLM knows", () => {
    expect(text(mark(requestLine("a", { min_p: 0.1 }), "min_p"))).toContain("vLLM only");
  });

  test("a model of Ollama's: what it is on Hugging Face", () => {
    const found = text(mark(requestLine("a", { model: "llama3.1:8b" }), "llama3.1"));
    expect(found).toContain(
      "[meta-llama/Llama-3.1-8B-Instruct](https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct)",
    );
    expect(found).toContain("Gated");
  });

  test("a name from the file does not become markup", () => {
    const found = text(mark(requestLine("a", { model: "x](command:evil) <img src=y>:1b" }), "x](c"));
    expect(found).toMatch(/^\*\*x\\\]\\\(command:evil\\\) \\<img src=y\\>:1b\*\*/);
  });

  test("nothing of what the file's own texts say", () => {
    expect(text(mark(requestLine("a", { messages: [{ role: "user", content: "Hello there" }] }), "Hello"))).toMatch(
      /^\*\*messages\.content\*\*/,
    );
    expect(text('{"level": "in|fo"}')).toBeNull();
  });
});
