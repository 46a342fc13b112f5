import { describe, expect, it } from "vitest";
import { RememberedRuns } from "../../../../client/src/runs/rememberedRuns.ts";
import { memento } from "../../../support/extension/memento.ts";

describe("runs that are remembered", () => {
  it("are one per file, the newest last", async () => {
    const runs = new RememberedRuns(memento(), "key");
    await runs.remember("file:///a", "/1");
    await runs.remember("file:///b", "/2");
    await runs.remember("file:///a", "/3");
    expect(runs.all).toEqual([
      ["file:///b", "/2"],
      ["file:///a", "/3"],
    ]);
    await runs.forget("file:///b");
    expect(runs.all).toEqual([["file:///a", "/3"]]);
  });

  it("are those of the last 200 files", async () => {
    const runs = new RememberedRuns(memento(), "key");
    for (let number = 0; number < 210; number += 1) await runs.remember(`file:///${number}`, "/1");
    expect(runs.all).toHaveLength(200);
    expect(runs.all[0]?.[0]).toBe("file:///10");
  });

  it.each([undefined, null, "text", [], { "file:///a": 7 }])("are none in what is kept wrongly: %j", (kept) => {
    expect(new RememberedRuns(memento({ key: kept }), "key").all).toEqual([]);
  });
});
