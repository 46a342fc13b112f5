import { describe, expect, it } from "vitest";
import { parseModelFit } from "../../../../client/src/models/modelFit.ts";

const answer = {
  model: "a/b",
  fits: "yes",
  kvCacheGiB: 12.5,
  largestMaxModelLen: 40_960,
  gpu: { name: "NVIDIA H200", memoryGiB: 139.8, computeCapability: 9 },
  findings: [{ severity: "warn", text: "Mind this." }],
};

describe("whether a model fits", () => {
  it("is read from the program's answer", () => {
    expect(parseModelFit(JSON.stringify(answer))).toEqual({
      ...{ fits: "yes", gpu: "NVIDIA H200", gpuGiB: 139.8, kvCacheGiB: 12.5 },
      ...{ largestLength: 40_960, stops: [] },
    });
    const findings = [...answer.findings, { severity: "stop", text: "Too old." }, { severity: "stop" }];
    expect(parseModelFit(JSON.stringify({ ...answer, findings }))?.stops).toEqual(["Too old."]);
  });

  it.each([
    ["there is no GPU", { gpu: { name: null, memoryGiB: null } }],
    ["the model's figures are not known", { kvCacheGiB: null, fits: "unknown" }],
    ["the answer is of tomorrow", { fits: "maybe" }],
  ])("is not told when %s", (_when, change) => {
    expect(parseModelFit(JSON.stringify({ ...answer, ...change }))).toBeNull();
  });

  it.each(["", "words", "[]"])("is not told by %j", (json) => {
    expect(parseModelFit(json)).toBeNull();
  });
});
