import { describe, expect, it } from "vitest";
import type { Endpoint } from "../../../../client/src/endpoints/endpoint.ts";
import {
  isLoopback,
  isSameEndpoint,
  isSameServer,
  serverOrigin,
} from "../../../../client/src/endpoints/serverAddress.ts";

const found = "http://127.0.0.1:8000";

describe("addresses of servers", () => {
  it.each([
    "http://127.0.0.1:8000/",
    "http://127.0.0.1:8000/v1",
    "http://127.0.0.1:8000/v1//",
    "http://localhost:8000",
    "http://LOCALHOST:8000/v1/",
    "http://[::1]:8000",
    "http://127.1:8000",
  ])("%s is the server that was found", (url) => {
    expect(isSameServer(url, found)).toBe(true);
  });

  it.each([
    "http://127.0.0.1:8001",
    "https://127.0.0.1:8000",
    "http://localhost",
    "http://localhost:8000/other/v1",
    "http://llm.example.org:8000",
    "http://localhost.example.org:8000",
    "words",
  ])("%s is another", (url) => {
    expect(isSameServer(url, found)).toBe(false);
  });

  it("on this machine are known", () => {
    const urls = ["http://localhost:1", "http://127.3.2.1", "http://[::1]:8000", "https://llm.example.org", "words"];
    expect(urls.map(isLoopback)).toEqual([true, true, true, false, false]);
  });

  it("keep keys apart by scheme, name and port", () => {
    expect(serverOrigin("http://a.example:8000/v1?x")).toBe("http://a.example:8000");
    expect(serverOrigin("http://good.example@evil.example/")).toBe("http://evil.example");
  });
});

describe("endpoints", () => {
  const simulator: Endpoint = { kind: "simulator" };
  const server: Endpoint = { kind: "server", url: found };

  it("differ when one is the simulator", () => {
    expect(isSameEndpoint(simulator, server)).toBe(false);
    expect(isSameEndpoint(server, simulator)).toBe(false);
    expect(isSameEndpoint(simulator, simulator)).toBe(true);
  });

  it("are the same profile by name and file", () => {
    const profile: Endpoint = { kind: "profile", name: "night", path: null, engine: "vllm" };
    expect(isSameEndpoint(profile, { ...profile })).toBe(true);
    expect(isSameEndpoint(profile, { ...profile, name: "day" })).toBe(false);
    expect(isSameEndpoint(profile, { ...profile, path: "/data/night.json" })).toBe(false);
    for (const other of [simulator, server]) {
      expect([isSameEndpoint(profile, other), isSameEndpoint(other, profile)]).toEqual([false, false]);
    }
  });

  it("differ when they are other servers, or none was chosen", () => {
    expect(isSameEndpoint(server, { kind: "server", url: "http://localhost:8000/v1" })).toBe(true);
    expect(isSameEndpoint(server, { kind: "server", url: "http://localhost:8001" })).toBe(false);
    expect(isSameEndpoint(server, null)).toBe(false);
    expect(isSameEndpoint(simulator, null)).toBe(false);
  });
});
