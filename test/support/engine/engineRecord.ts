import type { EngineDescription, EngineRecord } from "../../../server/src/engine/process/engineRecord.ts";
import type { Profile } from "../../../server/src/protocol/engine.ts";

export const someProfile: Profile = {
  name: "desktop",
  engine: "vllm",
  vllm: null,
  model: null,
  servedModelName: null,
  flags: { "gpu-memory-utilization": 0.7, "enforce-eager": true, "allowed-origins": ["a", "b"] },
  env: { VLLM_LOGGING_LEVEL: "INFO" },
  startTimeoutSeconds: 600,
  hangSeconds: 90,
  maxCrashes: 3,
};

export function someDescription(change: Partial<EngineDescription> & { logFile: string }): EngineDescription {
  return {
    id: "engine-1",
    address: { url: "http://127.0.0.1:1", socketPath: null },
    apiKey: "secret",
    profile: someProfile,
    asked: someProfile,
    model: "tiny",
    servedModel: "tiny",
    keep: false,
    ...change,
  };
}

export function someRecord(change: Partial<EngineRecord> = {}): EngineRecord {
  return {
    ...someDescription({ logFile: "/nowhere/engine.log" }),
    version: 1,
    mark: "engine-1.0",
    scope: { hostname: "here", boot: "b", pidNamespace: "pid:[1]" },
    process: { pid: 100, started: "1" },
    members: [{ pid: 101, started: "2" }],
    owner: { pid: 50, started: "3" },
    logStart: 0,
    startedAt: "2026-11-21T00:00:00.000Z",
    ready: false,
    ...change,
  };
}
