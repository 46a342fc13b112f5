import { describe, expect, it } from "vitest";
import { readTag } from "../../../../server/src/batch/models/ollamaTag.ts";

describe("a tag of Ollama's", () => {
  it.each([
    [null, "latest", false, null, false],
    ["latest", "latest", false, null, false],
    ["8B", "8b", false, null, false],
    ["8b-instruct-q4_K_M", "8b-instruct", true, 4, false],
    ["7b-text-v1.5-q2_K", "7b-text-v1.5", true, 2, false],
    ["q4_K_M", "latest", true, 4, false],
    ["UD-Q4_K_XL", "latest", true, 4, false],
    ["IQ2_XS", "latest", true, 2, false],
    ["8b-fp16", "8b", true, 16, false],
    ["300m-bf16", "300m", true, 16, false],
    ["f16", "latest", true, 16, false],
    ["4b-mlx-bf16", "4b", true, 16, false],
    ["27b-nvfp4", "27b", true, 4, false],
    ["27b-mxfp8", "27b", true, 8, false],
    ["27b-int8", "27b", true, 8, false],
    ["35b-mlx", "35b", true, null, false],
    ["30b-q8_0-dflash", "30b", true, 8, false],
    ["120b-cloud", "120b", false, null, true],
    ["cloud", "latest", false, null, true],
    ["8b-qwen3", "8b-qwen3", false, null, false],
    ["e4b-it-qat", "e4b-it-qat", false, null, false],
    ["30b-a3b", "30b-a3b", false, null, false],
  ])("%s is the build %s", (tag, build, quantised, bits, cloud) => {
    expect(readTag(tag)).toEqual({ build, quantised, bits, cloud });
  });
});
