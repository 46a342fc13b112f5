import { describe, expect, it } from "vitest";
import { RestartPolicy } from "../../../../client/src/languageClient/restartPolicy.ts";

describe("a server that ends by itself", () => {
  it("is started again five times within three minutes, and no more", () => {
    const policy = new RestartPolicy();
    const advice = [0, 1, 2, 3, 4, 5].map((second) => policy.onEnd(second * 1000));
    expect(advice.map(({ restart }) => restart)).toEqual([true, true, true, true, true, false]);
    expect(advice.map(({ times }) => times)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is started again for ever when it ends rarely", () => {
    const policy = new RestartPolicy();
    const advice = Array.from({ length: 20 }, (_, index) => policy.onEnd(index * 60_000));
    expect(advice.every(({ restart }) => restart)).toBe(true);
    expect(advice.at(-1)?.times).toBe(3);
  });
});
