import { expect, it } from "vitest";
import { vllmArguments } from "../../../../scripts/engine/vllmCommand.ts";

it("writes flags as vLLM's argparse reads them, on top of the defaults", () => {
  expect(vllmArguments({ "max-model-len": 1024, "enforce-eager": false, "load-format": false, port: 8000 })).toEqual([
    "--dtype",
    "bfloat16",
    "--max-model-len",
    "1024",
    "--port",
    "8000",
  ]);
  expect(vllmArguments({})).toContain("--enforce-eager");
});
