import { describe, expect, it } from "vitest";
import {
  addressFault,
  isServerUrl,
  parseEndpoint,
  parseFoundServers,
  secretName,
} from "../../../../client/src/endpoints/endpoint.ts";

describe("where a batch is run", () => {
  it("is read from what was kept", () => {
    expect(parseEndpoint({ kind: "simulator" })).toEqual({ kind: "simulator" });
    const profile = { kind: "profile", name: "night", path: "/data/night.json", engine: "simulator" };
    expect(parseEndpoint(profile)).toEqual(profile);
    expect(parseEndpoint({ ...profile, path: null, engine: "other" })).toEqual({
      ...profile,
      path: null,
      engine: "vllm",
    });
    expect(parseEndpoint({ kind: "server", url: "https://a.example/v1", more: 1 })).toEqual({
      kind: "server",
      url: "https://a.example/v1",
    });
  });

  it.each([
    undefined,
    null,
    {},
    { kind: "server" },
    { kind: "server", url: "" },
    { kind: "server", url: "file:///etc" },
    { kind: "profile" },
    { kind: "profile", name: "", path: null },
    { kind: "profile", name: "night", path: 7 },
  ])("is not known, and never the simulator, for %j", (value) => {
    expect(parseEndpoint(value)).toBeNull();
  });

  it.each(["http://127.0.0.1:8000", "https://llm.example.org/v1"])("%s is an address", (url) => {
    expect(isServerUrl(url)).toBe(true);
  });

  it.each(["", "127.0.0.1:8000", "localhost", "ftp://a", "http://"])("%j is none", (url) => {
    expect(isServerUrl(url)).toBe(false);
  });

  it.each(["http://me:secret@llm.example.org", "http://me@llm.example.org/v1", "https://:secret@llm.example.org"])(
    "%s holds what must not be kept",
    (url) => {
      expect(addressFault(url)).toBe("credentials");
      expect(parseEndpoint({ kind: "server", url })).toBeNull();
    },
  );

  it("has one key for all its paths", () => {
    expect(secretName("http://a.example:8000/v1")).toBe(secretName("http://a.example:8000"));
    expect(secretName("http://a.example:8001")).not.toBe(secretName("http://a.example:8000"));
  });
});

describe("servers that were found", () => {
  it("are read, and what is no server is left out", () => {
    const found = [
      { url: "http://127.0.0.1:8000", kind: "vLLM", version: "0.32.0", models: ["a", 7] },
      { kind: "x" },
      3,
    ];
    expect(parseFoundServers(JSON.stringify(found))).toEqual([
      { url: "http://127.0.0.1:8000", kind: "vLLM", version: "0.32.0", models: ["a"] },
    ]);
  });

  it.each(["", "words", "{}", "null"])("are none in %j", (json) => {
    expect(parseFoundServers(json)).toEqual([]);
  });
});
