import { describe, expect, test } from "vitest";
import { readFitSettings } from "../../../../server/src/engine/model/fitSettings.ts";
import { loadedWeights } from "../../../../server/src/engine/model/loadedWeights.ts";
import type { Flags } from "../../../../server/src/protocol/engine.ts";
import * as configs from "../../../support/engine/modelConfigs.ts";
import { aModel } from "../../../support/engine/preflightInput.ts";

const GIB = 2 ** 30;

function loaded(config: unknown, flags: Flags = {}): { gib: number; exact: boolean | undefined } {
  const weights = loadedWeights(aModel(config), readFitSettings({ flags }));
  return { gib: Math.round(((weights?.bytes ?? 0) / GIB) * 10) / 10, exact: weights?.exact };
}

describe("loadedWeights", () => {
  test("as they are on disk", () => {
    expect(loaded(configs.llama31_8b)).toEqual({ gib: 15, exact: true });
  });

  test("about half, and no longer exact, when vLLM quantizes while it loads", () => {
    expect(loaded(configs.llama31_8b, { quantization: "fp8" })).toEqual({ gib: 8.5, exact: false });
    expect(loaded(configs.llama31_8b, { quantization: "bitsandbytes" })).toEqual({ gib: 5.3, exact: false });
  });

  test("unchanged where the checkpoint is quantized already", () => {
    expect(loaded(configs.qwen25_7b_awq, { quantization: "fp8" })).toEqual(loaded(configs.qwen25_7b_awq));
  });

  test("half of a checkpoint in 32 bits, twice one that is computed in them", () => {
    const wide = { ...configs.llama31_8b, torch_dtype: "float32" };
    expect(loaded(wide).gib).toBe(7.5);
    expect(loaded(wide, { dtype: "float32" }).gib).toBe(15);
    expect(loaded(configs.llama31_8b, { dtype: "float32" }).gib).toBe(29.9);
  });

  test("unknown stays unknown", () => {
    expect(loadedWeights(aModel({}, { weights: null }), readFitSettings({ flags: {} }))).toBeNull();
  });
});
