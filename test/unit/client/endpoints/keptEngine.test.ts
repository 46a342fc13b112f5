import { describe, expect, it } from "vitest";
import { parseKeptEngines } from "../../../../client/src/endpoints/keptEngine.ts";

describe("engines that were left running", () => {
  it("are those that nobody works with", () => {
    const engine = { id: "engine-1", model: "tiny", profile: "desktop", owner: null, ready: true };
    const engines = [engine, { ...engine, id: "engine-2", owner: 4711 }, { id: 3 }, null];
    expect(parseKeptEngines(JSON.stringify(engines))).toEqual([{ id: "engine-1", model: "tiny", profile: "desktop" }]);
  });

  it.each(["", "{}", "null"])("are none in %j", (json) => {
    expect(parseKeptEngines(json)).toEqual([]);
  });
});
