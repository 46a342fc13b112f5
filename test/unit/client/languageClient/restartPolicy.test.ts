import { beforeEach, describe, expect, it } from "vitest";
import { RestartPolicy } from "../../../../client/src/languageClient/restartPolicy.ts";

let policy: RestartPolicy;
beforeEach(() => {
  policy = new RestartPolicy();
});

describe("a server that ends by itself", () => {
  beforeEach(() => policy.onRunning());

  it("is started again five times within three minutes, and no more", () => {
    const advice = [0, 1, 2, 3, 4, 5].map((second) => policy.onEnd(second * 1000));
    expect(advice.slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((times) => ({ kind: "restart", times })));
    expect(advice.at(-1)).toEqual({ kind: "giveUp" });
  });

  it("is started again for ever when it ends rarely", () => {
    const advice = Array.from({ length: 20 }, (_, index) => policy.onEnd(index * 60_000));
    expect(advice.every(({ kind }) => kind === "restart")).toBe(true);
    expect(advice.at(-1)).toEqual({ kind: "restart", times: 3 });
  });
});

it("does not start again what ended before it was ready: who asked for it is told, and decides", () => {
  expect(policy.onEnd(0)).toEqual({ kind: "neverRan" });
  policy.onRunning();
  expect(policy.onEnd(1)).toEqual({ kind: "restart", times: 1 });
});
