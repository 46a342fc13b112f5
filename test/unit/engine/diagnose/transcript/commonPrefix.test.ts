import { describe, expect, test } from "vitest";
import { diagnose } from "../../../../../server/src/engine/diagnose/diagnose.ts";

const own = [
  "(EngineCore pid=265) INFO 11-14 22:08:30 [core.py:93] Initializing a V1 LLM engine",
  "(EngineCore pid=265) ERROR 11-14 22:08:31 [core.py:1109] EngineCore failed to start.",
  "(EngineCore pid=265) ERROR 11-14 22:08:31 [core.py:1109] Traceback (most recent call last):",
  '(EngineCore pid=265) ERROR 11-14 22:08:31 [core.py:1109]   File "/opt/vllm/v1/engine/core.py", line 7, in start',
  "(EngineCore pid=265) ERROR 11-14 22:08:31 [core.py:1109]     raise RuntimeError(why)",
  "(EngineCore pid=265) ERROR 11-14 22:08:31 [core.py:1109] AssertionError: 12 is not divisible by 8",
];
const causeOf = (lines: readonly string[]) =>
  diagnose({ text: lines.join("\n"), exit: { code: 1, signal: null }, stopRequested: false });

describe("a prefix that all lines have", () => {
  test.each([
    ["a shell's", (index: number) => `[2026-02-25 16:17:${10 + index}] [/bin/sh]: `],
    [
      "one with levels",
      (index: number) => `2026-06-09 14:01:5${index}.982 [${index % 2 ? "Info" : "Error"}] (Process) `,
    ],
    ["one with bars", (index: number) => `2024-10-14 01:39:4${index} | ${index % 2 ? "INFO" : "ERROR"} | stderr | `],
    [
      "one with dashes",
      (index: number) => `2024-11-18T16:43:45,${400 + index} [INFO ] W-9000-model_1.0-stdout MODEL_LOG - `,
    ],
    ["a name", () => "vLLM STDOUT: "],
    ["line numbers", (index: number) => `${3597 + index}\t`],
    ["nested parentheses", () => "(MapWorker(MapBatches(Stage)) pid=162837) "],
  ])("is taken off: %s", (_, prefix) => {
    const found = causeOf(own.map((line, index) => prefix(index) + line));
    expect(found).toMatchObject({ cause: "tensor_parallel_invalid", confidence: causeOf(own).confidence });
    expect(found.evidence[0]?.text).toBe(causeOf(own).evidence[0]?.text);
  });

  test("is none when only a few have it", () => {
    const quoting = [...own, 'the script said "(EngineCore pid=265) was started"'];
    expect(causeOf(quoting).cause).toBe("tensor_parallel_invalid");
    expect(causeOf(["x: (EngineCore pid=1) a", ...own, "x: (EngineCore pid=1) b"]).cause).toBe(
      "tensor_parallel_invalid",
    );
  });
});
