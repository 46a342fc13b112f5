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
    const options = { stream_options: { include_usage: true, continuous_usage_stats: true } };
    expect(text(mark(requestLine("a", options), "continuous_usage_stats"))).toContain("vLLM only");
    expect(text(mark(requestLine("a", options), "include_usage"))).not.toContain("vLLM only");
  });

  test("a model of Ollama's: what it is on Hugging Face", () => {
    const found = text(mark(requestLine("a", { model: "llama3.1:8b" }), "llama3.1"));
    expect(found).toContain(
      "[meta-llama/Llama-3.1-8B-Instruct](https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct)",
    );
    expect(found).toContain("Gated");
    // What the problem says is not said again.
    expect(found).not.toContain("Ollama");
  });

  test("a model of Hugging Face: who publishes it, and what its weights take", () => {
    const hover = (model: string) => text(mark(requestLine("a", { model }), model));
    const plain = hover("Qwen/Qwen3-30B-A3B");
    expect(plain).toContain("Publisher: [Qwen](https://huggingface.co/Qwen)");
    expect(plain).toContain("About 30B parameters, 3B of them at work on each token");
    expect(plain).toContain("about 60 GB of GPU memory in 16 bits. An estimate from the name.");
    expect(plain).toContain("Not gated");
    expect(hover("Qwen/Qwen3-8B-AWQ")).toContain("about 4.5 GB of GPU memory as AWQ (16 GB in 16 bits)");
    expect(hover("openai/gpt-oss-20b")).toContain("as MXFP4");
    expect(hover("meta-llama/Llama-3.1-8B-Instruct")).toContain("Gated: ");
    expect(hover("someone/unheard-of")).not.toMatch(/[Gg]ated|parameters/);
  });

  test("a field without effect in vLLM, and why", () => {
    const found = text(mark(requestLine("a", { service_tier: "auto" }), "service_tier"));
    expect(found).toContain("Ignored by vLLM: vLLM has no service tiers.");
    expect(text(mark(requestLine("a", { temperature: 1 }), "temperature"))).not.toContain("Ignored");
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
