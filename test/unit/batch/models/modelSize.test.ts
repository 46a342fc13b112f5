import { describe, expect, test } from "vitest";
import { sizeInName } from "../../../../server/src/batch/models/modelSize.ts";

describe("sizeInName", () => {
  test.each([
    ["Qwen/Qwen3-8B", { billions: 8, active: null, format: null, gigabytes: 16 }],
    ["Qwen/Qwen3-0.6B", { billions: 0.6, gigabytes: 1.2 }],
    ["Qwen/Qwen3-30B-A3B-Instruct-2507", { billions: 30, active: 3, gigabytes: 60 }],
    ["ibm-granite/granite-3.1-1b-a400m-instruct", { billions: 1, active: 0.4 }],
    ["HuggingFaceTB/SmolLM2-135M-Instruct", { billions: 0.135 }],
    ["inclusionAI/Ling-1T", { billions: 1000 }],
    ["mistralai/Mixtral-8x7B-Instruct-v0.1", { billions: 56, isMost: true }],
    ["allenai/OLMoE-1B-7B-0924", { billions: 7 }],
    ["Qwen/Qwen2.5-14B-Instruct-1M", { billions: 14 }],
    ["internlm/internlm2_5-7b-chat", { billions: 7, isMost: false }],
    ["Qwen3-8B", { billions: 8 }],
  ])("%s", (id, expected) => {
    expect(sizeInName(id)).toMatchObject(expected);
  });

  test.each([
    ["Qwen/Qwen2.5-72B-Instruct-AWQ", "AWQ", 40.5],
    ["hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4", "AWQ", 4.5],
    ["Qwen/Qwen2.5-7B-Instruct-GPTQ-Int4", "GPTQ", 3.9375],
    ["Qwen/Qwen2.5-7B-Instruct-GPTQ-Int8", "INT8", 7],
    ["Qwen/Qwen3-235B-A22B-Instruct-2507-FP8", "FP8", 235],
    ["RedHatAI/Llama-3.3-70B-Instruct-quantized.w4a16", "INT4", 39.375],
  ])("%s as %s", (id, format, gigabytes) => {
    expect(sizeInName(id)).toMatchObject({ format, gigabytes });
  });

  test("how weights are stored may be known from elsewhere", () => {
    expect(sizeInName("openai/gpt-oss-120b", "MXFP4")).toMatchObject({ format: "MXFP4", gigabytes: 67.5 });
  });

  test.each([
    "deepseek-ai/DeepSeek-R1",
    "BAAI/bge-m3",
    "google/gemma-3n-E4B-it",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct",
    "microsoft/Phi-3-medium-128k-instruct",
    "",
  ])("%s tells nothing", (id) => {
    expect(sizeInName(id)).toBeNull();
  });
});
