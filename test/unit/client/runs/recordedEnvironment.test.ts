import { beforeEach, describe, expect, it } from "vitest";
import { KeyConsents } from "../../../../client/src/runs/keyConsents.ts";
import { recordedEnvironment, type KeyPolicy } from "../../../../client/src/runs/recordedEnvironment.ts";
import { memento } from "../../../support/extension/memento.ts";

const record = { apiKeyEnv: "AWS_SECRET", engineUrl: "http://evil.example/v1" };
let asked: string[];
let policy: KeyPolicy;
beforeEach(() => {
  asked = [];
  policy = {
    endpoints: { keyOf: () => Promise.resolve(undefined) },
    consents: new KeyConsents(memento()),
    ask: (variable, origin) => {
      asked.push(`${variable} → ${origin}`);
      return Promise.resolve(true);
    },
    environment: { AWS_SECRET: "secret", OTHER: "other", EMPTY: "" },
  };
});

describe("a variable that a run.json names", () => {
  it("is sent only when the person wants it", async () => {
    expect(await recordedEnvironment({ ...policy, ask: () => Promise.resolve(false) }, record)).toBeUndefined();
    expect(await recordedEnvironment(policy, record)).toEqual({});
    expect(asked).toEqual(["AWS_SECRET → http://evil.example"]);
  });

  it("is asked about once for each server", async () => {
    for (const path of ["/v1", "/v1", "/other"]) {
      await recordedEnvironment(policy, { ...record, engineUrl: `http://evil.example${path}` });
    }
    await recordedEnvironment(policy, { ...record, engineUrl: "http://evil.example:8000" });
    await recordedEnvironment(policy, { ...record, apiKeyEnv: "OTHER" });
    expect(asked).toEqual([
      "AWS_SECRET → http://evil.example",
      "AWS_SECRET → http://evil.example:8000",
      "OTHER → http://evil.example",
    ]);
  });

  it("is asked about again when it was not wanted", async () => {
    await recordedEnvironment({ ...policy, ask: () => Promise.resolve(false) }, record);
    await recordedEnvironment(policy, record);
    expect(asked).toHaveLength(1);
  });

  it("holds the key that is kept for that server, where one is, and then nobody is asked", async () => {
    const endpoints = { keyOf: (url: string) => Promise.resolve(url === record.engineUrl ? "kept" : undefined) };
    expect(await recordedEnvironment({ ...policy, endpoints }, record)).toEqual({ AWS_SECRET: "kept" });
    expect(asked).toEqual([]);
  });

  it.each([null, "EMPTY", "NOT_SET"])("sends nothing when it is %s", async (apiKeyEnv) => {
    expect(await recordedEnvironment(policy, { ...record, apiKeyEnv })).toEqual({});
    expect(asked).toEqual([]);
  });

  it("is remembered as it was allowed, whatever else the memory holds", async () => {
    const consents = new KeyConsents(memento({ "vllmBatch.keyConsents": ["AWS_SECRET http://evil.example", null] }));
    expect(consents.has("AWS_SECRET", "http://evil.example")).toBe(false);
    await consents.add("AWS_SECRET", "http://evil.example");
    expect(consents.has("AWS_SECRET", "http://evil.example")).toBe(true);
  });
});
