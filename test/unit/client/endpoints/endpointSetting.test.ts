import { describe, expect, it } from "vitest";
import { parseEndpointSetting } from "../../../../client/src/endpoints/endpointSetting.ts";

describe("the setting for where to run", () => {
  it.each([undefined, null, "", "  "])("says nothing when it is %j", (value) => {
    expect(parseEndpointSetting(value)).toEqual({ kind: "none" });
  });

  it("is an address", () => {
    expect(parseEndpointSetting(" http://localhost:8000/v1 ")).toEqual({
      kind: "set",
      url: "http://localhost:8000/v1",
    });
  });

  it.each(["localhost:8000", "127.0.0.1", "simulator", 8000])("is not as good as empty when it is %j", (value) => {
    expect(parseEndpointSetting(value)).toMatchObject({ kind: "unusable", fault: "noAddress" });
  });

  it("holds no password", () => {
    expect(parseEndpointSetting("http://me:secret@127.0.0.1:8000")).toMatchObject({
      kind: "unusable",
      fault: "credentials",
    });
  });
});
