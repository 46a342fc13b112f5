import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  builtInProfile,
  builtInProfiles,
  builtInSummaries,
} from "../../../../server/src/engine/profile/builtInProfiles.ts";
import { fillGpuCount, wantsGpuCount } from "../../../../server/src/engine/profile/fillGpuCount.ts";
import { parseProfile, settingsChosenBy } from "../../../../server/src/engine/profile/parseProfile.ts";
import { problemText } from "../../../../server/src/engine/profile/profileProblem.ts";
import { resolvePaths } from "../../../../server/src/engine/profile/resolvePaths.ts";
import type { Profile } from "../../../../server/src/protocol/engine.ts";

function good(value: unknown): Profile {
  const parsed = parseProfile(value, "p.json", "p");
  if (Array.isArray(parsed)) throw new Error(parsed.map(problemText).join("\n"));
  return parsed;
}

function problems(value: unknown): string[] {
  const parsed = parseProfile(value, "p.json");
  return Array.isArray(parsed) ? parsed.map(problemText) : [];
}

describe("reading a profile", () => {
  test("what is left out is filled in", () => {
    expect(good({})).toEqual({
      name: "p",
      engine: "vllm",
      vllm: null,
      model: null,
      servedModelName: null,
      flags: {},
      env: {},
      startTimeoutSeconds: 600,
      hangSeconds: 120,
      maxCrashes: 3,
    });
  });

  test("everything can be said", () => {
    const whole = {
      name: "mine",
      engine: "simulator",
      vllm: "/v/vllm",
      model: "org/model",
      servedModelName: "m",
      flags: {
        "max-num-seqs": 8,
        "enforce-eager": true,
        seed: false,
        "lora-modules": ["a=b", "c=d"],
        "hf-overrides": "{}",
      },
      env: { CUDA_VISIBLE_DEVICES: "0,1" },
      startTimeoutSeconds: 60.5,
      hangSeconds: 5,
      maxCrashes: 0,
    };
    expect(good({ $schema: "../profile.schema.json", ...whole })).toEqual(whole);
  });

  test("a profile based on a built-in one changes only what it says", () => {
    const profile = good({
      basedOn: "conservative",
      flags: { "max-num-seqs": 16, "no-enforce-eager": true },
      env: { A: "1" },
    });
    expect(profile.flags).toEqual({
      "gpu-memory-utilization": 0.5,
      "max-num-seqs": 16,
      "max-num-batched-tokens": 4096,
      "no-enforce-eager": true,
      "enable-chunked-prefill": true,
      "disable-uvicorn-access-log": true,
    });
    expect(profile.env).toEqual({ A: "1" });
    expect(good({ basedOn: "cpu", env: { A: "1" } }).env).toEqual({ VLLM_CPU_KVCACHE_SPACE: "2", A: "1" });
    expect(good({ basedOn: "simulator" }).engine).toBe("simulator");
  });

  test("a size of the KV cache that is chosen as a flag is not overruled by the variable of the built-in profile", () => {
    const flags = { "kv-cache-memory-bytes": "1G" };
    expect(good({ basedOn: "cpu", flags }).env).toEqual({});
    const env = { VLLM_CPU_KVCACHE_SPACE: "3" };
    expect(good({ basedOn: "cpu", flags, env }).env).toEqual(env);
  });

  test.each<[unknown, string]>([
    [[], "p.json: expected an object {…}, found []."],
    [null, "p.json: expected an object {…}, found null."],
    [{ modle: "x" }, "p.json: modle: there is no such field. Did you mean model?"],
    [{ "max-num-seqs": 8 }, 'p.json: max-num-seqs: there is no such field. Flags of vLLM stand under "flags".'],
    [{ engine: "ollama" }, 'p.json: engine: expected "vllm" or "simulator"; found "ollama".'],
    [
      { model: "--trust-remote-code" },
      'p.json: model: expected a model\'s name or folder as text that does not begin with a dash, or null; found "--trust-remote-code".',
    ],
    [{ hangSeconds: 0 }, "p.json: hangSeconds: expected a number of seconds from 5 to 86400; found 0."],
    [{ maxCrashes: 1.5 }, "p.json: maxCrashes: expected a whole number from 0 to 100; found 1.5."],
    [{ env: { A: 1 } }, 'p.json: env.A: expected text; found 1. Write "1".'],
    [
      { env: { "A=B": "1" } },
      "p.json: env.A=B: expected the name of an environment variable: letters, digits and underscores.",
    ],
    [
      { env: { VLLM_API_KEY: "k" } },
      "p.json: env.VLLM_API_KEY: VLLM_API_KEY is set to a random key at each start. Leave it out.",
    ],
    [{ flags: [] }, 'p.json: flags: expected an object of flags, such as {"max-num-seqs": 8}; found [].'],
    [
      { flags: { "--max-num-seqs": 8 } },
      "p.json: flags.--max-num-seqs: expected the long name of a flag of vLLM, in lower case and without dashes in front. Write max-num-seqs.",
    ],
    [
      { flags: { max_num_seqs: 8 } },
      "p.json: flags.max_num_seqs: expected the long name of a flag of vLLM, in lower case and without dashes in front. Write max-num-seqs.",
    ],
    [
      { flags: { "a b": 8 } },
      "p.json: flags.a b: expected the long name of a flag of vLLM, in lower case and without dashes in front.",
    ],
    [
      { flags: { "hf-overrides": { a: 1 } } },
      'p.json: flags.hf-overrides: expected true, false, a number, text, or a list of texts with at least one; found an object. Write it as text: "{\\"a\\":1}".',
    ],
    [{ flags: { port: 8000 } }, "p.json: flags.port: port is chosen at the start: a free one is taken. Leave it out."],
    [
      { flags: { "lora-modules": ["--trust-remote-code"] } },
      "p.json: flags.lora-modules: expected texts that do not begin with a dash: vLLM would take them for flags.",
    ],
    [
      { flags: { "gpu-memory-utilization": 70 } },
      "p.json: flags.gpu-memory-utilization: expected a share of the GPU's memory, above 0 and up to 1; found 70.",
    ],
    [
      { flags: { "enforce-eager": true, "no-enforce-eager": true } },
      "p.json: flags.enforce-eager: stands beside no-enforce-eager. Keep one of the two.",
    ],
  ])("%j is refused in words", (value, text) => {
    expect(problems(value)).toEqual([text]);
  });

  test("all that is wrong is said at once", () => {
    expect(problems({ engine: 1, flags: { a: null }, foo: 1 })).toHaveLength(3);
    expect(problems({ flags: { host: "0.0.0.0", "api-key": "k" }, env: { VLLM_BATCH_X: "1" } })).toHaveLength(3);
  });

  test("the share of desktop can be moved from 0.50 to 0.95", () => {
    const share = (value: unknown) => problems({ basedOn: "desktop", flags: { "gpu-memory-utilization": value } });
    expect([share(0.5), share(0.95), share("0.8")]).toEqual([[], [], []]);
    expect(share(0.49)).toHaveLength(1);
    expect(share(0.96)).toHaveLength(1);
    expect(problems({ flags: { "gpu-memory-utilization": 0.3 } })).toEqual([]);
  });

  test("flags and variables that a person wrote are known as theirs", () => {
    expect(settingsChosenBy({ basedOn: "cpu", flags: { dtype: "half" }, env: { A: "1" } })).toEqual(
      new Set(["dtype", "A"]),
    );
    expect(settingsChosenBy(null)).toEqual(new Set());
  });

  test("any JSON is either a profile or a list of problems, and never both silent and wrong", () => {
    const flags = fc.dictionary(fc.string(), fc.jsonValue());
    const near = fc.record({ name: fc.jsonValue(), flags, env: flags, model: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), near), (value) => {
        const parsed = parseProfile(value, "p.json");
        if (!Array.isArray(parsed)) return;
        expect(parsed.length).toBeGreaterThan(0);
        for (const { message } of parsed) expect(message).toMatch(/[.?]$/);
      }),
    );
  });

  test("paths count from the folder of the file, and a repository's name is none", () => {
    const at = (vllm: string, model: string) => resolvePaths(good({ vllm, model }), "/profiles", "/home/me");
    expect(at("../bin/vllm", "./tiny")).toMatchObject({ vllm: "/bin/vllm", model: "/profiles/tiny" });
    expect(at("~/bin/vllm", "~/tiny")).toMatchObject({ vllm: "/home/me/bin/vllm", model: "/home/me/tiny" });
    expect(at("/bin/vllm", "org/model")).toMatchObject({ vllm: "/bin/vllm", model: "org/model" });
  });
});

describe("the built-in profiles", () => {
  test("would all pass as files, and each has its sentence", () => {
    for (const profile of builtInProfiles) {
      expect(good(profile)).toEqual(profile);
      expect(builtInSummaries[profile.name]).toMatch(/\.$/);
      expect(profile).toMatchObject({ startTimeoutSeconds: 600, hangSeconds: 120, maxCrashes: 3 });
    }
    expect(builtInProfiles.map(({ name }) => name)).toEqual([
      "desktop",
      "throughput",
      "conservative",
      "multi-gpu",
      "cpu",
      "simulator",
    ]);
    expect(builtInProfile("desktop")?.flags["gpu-memory-utilization"]).toBe(0.7);
    expect(builtInProfile("nobody")).toBeUndefined();
  });

  test("multi-gpu takes as many as there are", () => {
    const profile = good({ basedOn: "multi-gpu", flags: { "distributed-executor-backend": "ray" } });
    expect(wantsGpuCount(profile)).toBe(true);
    const filled = fillGpuCount(profile, 4);
    expect(filled.flags).toMatchObject({ "tensor-parallel-size": 4, "distributed-executor-backend": "ray" });
    expect(wantsGpuCount(filled)).toBe(false);
    for (const count of [null, 0, 1])
      expect(fillGpuCount(profile, count).flags).not.toHaveProperty("tensor-parallel-size");
    const two = good({ basedOn: "multi-gpu", flags: { "tensor-parallel-size": 2 } });
    expect(fillGpuCount(two, 4)).toBe(two);
  });
});
