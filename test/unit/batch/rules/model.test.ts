import { describe, expect, it } from "vitest";
import { modelCodes } from "../../../../server/src/batch/codes/model.ts";
import type { Target } from "../../../../server/src/batch/endpoints.ts";
import type { Finding } from "../../../../server/src/batch/finding.ts";
import { checkModel } from "../../../../server/src/batch/rules/model.ts";
import { property } from "../../../../server/src/util/unknown.ts";

function check(model: string, target: Target = "vllm", userModels: Readonly<Record<string, string>> = {}): Finding[] {
  const findings: Finding[] = [];
  checkModel(model, target, userModels, (finding) => findings.push(finding));
  return findings;
}

describe("a model name for vLLM", () => {
  it("of Ollama's is warned of, with a safe fix where it is certain", () => {
    expect(check("llama3.1:8b")).toEqual([
      {
        code: "model.ollama",
        severity: "warning",
        message: expect.stringMatching(/^"llama3\.1:8b": vLLM answers 404 unless.*--served-model-name.*gated|licence/),
        path: ["body", "model"],
        at: "value",
        fix: {
          kind: "safe",
          title: 'Change "model" to "meta-llama/Llama-3.1-8B-Instruct"',
          edits: [{ op: "replace", path: ["body", "model"], value: "meta-llama/Llama-3.1-8B-Instruct" }],
        },
      },
    ]);
  });

  it("of Ollama's with a tag that nobody knows gets suggestions", () => {
    const [finding] = check("qwen3:7b");
    expect(finding).toMatchObject({ code: "model.ollama", fix: { kind: "suggested" } });
    expect(finding?.message).toContain("Perhaps Qwen/Qwen3-8B,");
  });

  it.each([
    ["hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M", "model.address", "safe"],
    ["hf.co/someone/Qwen3-8B-GGUF:Q4_K_M", "model.address", "suggested"],
    ["orieg/gemma3-tools:12b", "model.ollama", "suggested"],
    [" Qwen/Qwen3-8B", "model.spaces", "safe"],
    ["my-lora ", "model.spaces", "suggested"],
    ["gpt-4o", "model.openai", undefined],
    [" gpt-4o", "model.openai", undefined],
    ["claude-sonnet-4-5", "model.hosted", undefined],
  ])("%s has the code %s and a fix that is %s", (model, code, kind) => {
    const [finding, ...more] = check(model);
    expect(more).toEqual([]);
    expect([finding?.code, finding?.fix?.kind]).toEqual([code, kind]);
    expect(finding?.severity).toBe("warning");
  });

  it.each([
    "Qwen/Qwen3-8B",
    "my-lora",
    "Llama-3.1-8B-Instruct",
    "/models/a",
    "default",
    "{{model}}",
    "",
    "ollama/nobodys",
  ])("%j is not remarked on: it may well be served", (model) => {
    expect(check(model)).toEqual([]);
  });

  it("in the user's map is changed as the map says", () => {
    expect(check("my-alias", "vllm", { "my-alias": "Qwen/Qwen3-8B" })).toMatchObject([
      { code: "model.mapped", fix: { kind: "safe", edits: [{ value: "Qwen/Qwen3-8B" }] } },
    ]);
    expect(check("llama3.1:8b", "vllm", { "llama3.1:8b": "llama3.1:8b" })).toEqual([]);
  });

  it("of any length gives a message that can be read", () => {
    expect(check(`hf.co/${"a".repeat(90)}/b-GGUF`)[0]?.message.length).toBeLessThan(800);
    expect(check(`hf.co/${"a".repeat(40_000)}/b-GGUF`)).toEqual([]);
    expect(check(`gpt-4${"x".repeat(200)}`)[0]?.message.length).toBeLessThan(400);
  });
});

describe("a model name for OpenAI", () => {
  it.each(["llama3.1:8b", "Qwen/Qwen3-8B", "hf.co/unsloth/Qwen3-8B-GGUF", "claude-sonnet-4-5"])(
    "%s is none of OpenAI's",
    (model) => {
      expect(check(model, "openai")).toMatchObject([{ code: "model.notOpenai", severity: "warning" }]);
      expect(check(model, "openai")[0]).not.toHaveProperty("fix");
    },
  );

  it.each(["gpt-4o-mini", "ft:gpt-4o-mini-2024-07-18:org::abc", "text-embedding-3-small", "some-new-model"])(
    "%s is not remarked on",
    (model) => {
      expect(check(model, "openai")).toEqual([]);
    },
  );
});

describe("the catalogue of model codes", () => {
  it.each(modelCodes)("$code: the bad line has it, the good line is clean", (entry) => {
    const check1 = (line: string): string[] =>
      check(modelOf(line), entry.target ?? "vllm", entry.userModels ?? {}).map((finding) => finding.code);
    expect(check1(entry.bad)).toEqual([entry.code]);
    expect(check1(entry.good)).toEqual([]);
    expect(check(modelOf(entry.bad), entry.target ?? "vllm", entry.userModels ?? {})[0]?.fix?.kind ?? null).toBe(
      entry.fix,
    );
  });

  function modelOf(line: string): string {
    return String(property(property(JSON.parse(line), "body"), "model"));
  }
});
