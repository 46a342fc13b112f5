import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Installation } from "../../../../server/src/engine/find/installation.ts";
import type { LaunchPlan } from "../../../../server/src/engine/launch/launchPlan.ts";
import { canUseSocket, planLaunch, type LaunchInput } from "../../../../server/src/engine/launch/planLaunch.ts";
import { builtInProfiles, profileDefaults } from "../../../../server/src/engine/profile/builtInProfiles.ts";
import { fillGpuCount } from "../../../../server/src/engine/profile/fillGpuCount.ts";
import { refusedFlags } from "../../../../server/src/engine/profile/ownFlags.ts";
import type { Flags, FlagValue, Profile } from "../../../../server/src/protocol/engine.ts";

const KEY = "vb-the-secret-key";
const known = [
  "max-num-seqs",
  "max-num-batched-tokens",
  "enforce-eager",
  "no-enforce-eager",
  "uds",
  "gpu-memory-utilization",
];
const installation: Installation = { path: "/v/bin/vllm", version: "0.32.0", flags: new Set(known), how: "path" };
const tcp = { url: "http://127.0.0.1:8123", socketPath: null };
const socket = { url: "http://localhost", socketPath: "/s/a.sock" };

function withFlags(flags: Flags, more: Partial<Profile> = {}): Profile {
  return { ...profileDefaults, name: "p", flags, ...more };
}

function input(profile: Profile, more: Partial<LaunchInput> = {}): LaunchInput {
  return {
    profile,
    model: "org/model",
    installation,
    chosen: new Set(),
    address: tcp,
    apiKey: KEY,
    nodePath: "/node",
    programPath: "/dist/cli.js",
    baseEnv: { PATH: "/usr/bin" },
    ...more,
  };
}

function planned(value: LaunchInput): LaunchPlan {
  const plan = planLaunch(value);
  if (Array.isArray(plan)) throw new Error(plan.map(({ message }) => message).join("\n"));
  return plan;
}

function refused(value: LaunchInput): string[] {
  const plan = planLaunch(value);
  return Array.isArray(plan) ? plan.map(({ field, message }) => `${field}: ${message}`) : [];
}

describe("the command line", () => {
  test("model, name, address, then the flags of the profile", () => {
    const flags = {
      "max-num-seqs": 8,
      "enforce-eager": true,
      seed: false,
      "kv-cache-dtype": "fp8",
      "lora-modules": ["a=b", "c=d"],
    };
    const plan = planned(input(withFlags(flags), { installation: { ...installation, flags: null } }));
    expect([plan.command, ...plan.args].join(" ")).toBe(
      "/v/bin/vllm serve org/model --served-model-name org/model --host 127.0.0.1 --port 8123 " +
        "--max-num-seqs 8 --enforce-eager --kv-cache-dtype fp8 --lora-modules a=b c=d",
    );
    expect(plan).toMatchObject({ address: tcp, servedModel: "org/model", leftOut: [] });
  });

  test("a socket takes the place of host and port", () => {
    const { args } = planned(input(withFlags({}), { address: socket }));
    expect(args).toEqual(["serve", "org/model", "--served-model-name", "org/model", "--uds", "/s/a.sock"]);
  });

  test("the name that requests ask for is the profile's, and more can be served", () => {
    const plan = planned(input(withFlags({}, { servedModelName: "mine" }), { moreNames: ["other", "mine"] }));
    expect(plan.args.slice(0, 5)).toEqual(["serve", "org/model", "--served-model-name", "mine", "other"]);
    expect(plan.servedModel).toBe("mine");
  });

  test("the simulator is this program, and needs no vLLM", () => {
    const plan = planned(
      input(withFlags({ "max-num-seqs": 2, "sim-decode-ms": 1 }, { engine: "simulator" }), { installation: null }),
    );
    expect([plan.command, ...plan.args].join(" ")).toBe(
      "/node /dist/cli.js simulate org/model --served-model-name org/model --host 127.0.0.1 --port 8123 --max-num-seqs 2 --sim-decode-ms 1",
    );
    expect(plan.env["PATH"]).toBe("/usr/bin");
  });

  test("a value cannot become a flag", () => {
    const plan = planned(input(withFlags({ "max-num-seqs": "--trust-remote-code", "gpu-memory-utilization": -1 })));
    expect(plan.args.slice(-2)).toEqual(["--max-num-seqs=--trust-remote-code", "--gpu-memory-utilization=-1"]);
    expect(refused(input(withFlags({}), { model: "--trust-remote-code" }))).toHaveLength(1);
    expect(refused(input(withFlags({}), { moreNames: ["-x"] }))).toHaveLength(1);
    expect(refused(input(withFlags({}), { model: "" }))).toHaveLength(1);
  });

  test("what no profile may say is refused here too, as is a number of GPUs that nobody filled in", () => {
    for (const flag of refusedFlags.keys())
      expect(refused(input(withFlags({ [flag]: "x" }))).join()).toContain(`flags.${flag}: ${flag} `);
    expect(refused(input(withFlags({ "tensor-parallel-size": "gpus" }))).join()).toContain(
      "the number of GPUs is not known",
    );
    expect(refused(input(withFlags({}), { installation: null }))).toEqual(["vllm: no vLLM was found to start."]);
  });

  test("every built-in profile can be planned for a version that knows next to nothing", () => {
    for (const profile of builtInProfiles) {
      const plan = planned(input(fillGpuCount(profile, 2), { address: socket }));
      const flags = plan.args.filter((argument) => argument.startsWith("--")).map((flag) => flag.slice(2));
      const unknown = flags.filter((flag) => flag !== "served-model-name" && !known.includes(flag));
      expect(unknown).toEqual([]);
    }
  });
});

describe("flags that this version does not know", () => {
  test("one of ours is left out, and that is said", () => {
    const plan = planned(input(withFlags({ "performance-mode": "throughput", "max-num-seqs": 8 })));
    expect(plan.leftOut).toEqual([{ flag: "performance-mode", why: "vLLM 0.32.0 has no --performance-mode" }]);
    expect(plan.args).not.toContain("--performance-mode");
  });

  test.each<[string, FlagValue, string]>([
    [
      "swap-space",
      4,
      "vLLM 0.32.0 has no --swap-space: it is gone since vLLM 0.17.0 at the latest. Use kv-offloading-size, in GiB, or leave it out.",
    ],
    ["max-num-seq", 4, "vLLM 0.32.0 has no --max-num-seq. Did you mean max-num-seqs?"],
    ["max-num", 4, "vLLM 0.32.0 has no --max-num. Did you mean max-num-seqs or max-num-batched-tokens?"],
    ["no-uds", true, "vLLM 0.32.0 has no --no-uds; --uds is off when it is absent. Leave this one out."],
    ["zzz", true, "vLLM 0.32.0 has no --zzz. Leave it out, or use a version that has it."],
  ])("one that a person chose is an error: %s", (flag, value, message) => {
    expect(refused(input(withFlags({ [flag]: value }), { chosen: new Set([flag]) }))).toEqual([
      `flags.${flag}: ${message}`,
    ]);
  });

  test("an absent one is none, a part of a known one is known, and without a list nothing is left out", () => {
    const chosen = new Set(["swap-space", "enforce-eager.x"]);
    expect(refused(input(withFlags({ "swap-space": false, "enforce-eager.x": 1 }), { chosen }))).toEqual([]);
    const unknown = { ...installation, flags: null };
    expect(planned(input(withFlags({ anything: 1 }), { installation: unknown })).args).toContain("--anything");
  });

  test("every flag appears exactly once, or is reported", () => {
    const names = fc.constantFrom(
      ...known.filter((name) => name !== "uds"),
      "swap-space",
      "one-more",
      "no-such",
      "performance-mode",
    );
    const value = fc.oneof(
      fc.boolean(),
      fc.integer(),
      fc.string({ minLength: 1 }),
      fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1 }),
    );
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.uniqueArray(names), (flags, chosen) => {
        const plan = planLaunch(input(withFlags(flags), { chosen: new Set(chosen) }));
        for (const [flag, setting] of Object.entries(flags)) {
          if (Array.isArray(plan)) continue;
          const inArguments = plan.args.filter((arg) => arg === `--${flag}` || arg.startsWith(`--${flag}=`)).length;
          const leftOut = plan.leftOut.filter((left) => left.flag === flag).length;
          expect(inArguments + leftOut).toBe(setting === false ? 0 : 1);
        }
        const bad = Object.keys(flags).filter(
          (flag) => flags[flag] !== false && !known.includes(flag) && chosen.includes(flag),
        );
        expect(Array.isArray(plan) ? plan.map(({ field }) => field) : []).toEqual(bad.map((flag) => `flags.${flag}`));
      }),
    );
  });
});

describe("the environment", () => {
  test("no usage statistics, no colours, lines at once, and helpers beside the program", () => {
    const { env } = planned(input(withFlags({}, { env: { CUDA_VISIBLE_DEVICES: "1" } })));
    expect(env).toEqual({
      PATH: "/v/bin:/usr/bin",
      VLLM_NO_USAGE_STATS: "1",
      DO_NOT_TRACK: "1",
      NO_COLOR: "1",
      PYTHONUNBUFFERED: "1",
      CUDA_VISIBLE_DEVICES: "1",
      VLLM_API_KEY: KEY,
    });
  });

  test("ours and what would open the engine or hide its log do not come in from the shell", () => {
    const baseEnv = {
      VLLM_BATCH_STATE_DIR: "/s",
      VLLM_BATCH_API_KEY: "mine",
      VLLM_API_KEY: "old",
      VLLM_SERVER_DEV_MODE: "1",
      VLLM_LOGGING_LEVEL: "ERROR",
      FORCE_COLOR: "1",
      HF_HOME: "/hf",
      EMPTY: undefined,
    };
    const { env } = planned(input(withFlags({}, { env: { VLLM_LOGGING_LEVEL: "DEBUG" } }), { baseEnv }));
    expect(Object.keys(env).sort()).toEqual([
      "DO_NOT_TRACK",
      "HF_HOME",
      "NO_COLOR",
      "PATH",
      "PYTHONUNBUFFERED",
      "VLLM_API_KEY",
      "VLLM_LOGGING_LEVEL",
      "VLLM_NO_USAGE_STATS",
    ]);
    expect(env).toMatchObject({ VLLM_API_KEY: KEY, VLLM_LOGGING_LEVEL: "DEBUG", PATH: "/v/bin" });
  });

  test("a profile cannot put another key in the place of ours", () => {
    expect(planned(input(withFlags({}, { env: { VLLM_API_KEY: "theirs" } }))).env["VLLM_API_KEY"]).toBe(KEY);
  });

  test("the key is in the environment and nowhere else", () => {
    for (const address of [tcp, socket]) {
      for (const profile of builtInProfiles) {
        const { env, ...rest } = planned(input(fillGpuCount(profile, 2), { address }));
        expect(JSON.stringify(rest)).not.toContain(KEY);
        expect(Object.entries(env).filter(([, value]) => value.includes(KEY))).toEqual([["VLLM_API_KEY", KEY]]);
      }
    }
  });
});

describe("socket or port", () => {
  const simulator = withFlags({}, { engine: "simulator" });
  test("a socket where the version has it, never on Windows or on a guess", () => {
    expect(canUseSocket(withFlags({}), installation, "linux")).toBe(true);
    expect(canUseSocket(withFlags({}), { ...installation, flags: new Set(["port"]) }, "linux")).toBe(false);
    expect(canUseSocket(withFlags({}), { ...installation, flags: null }, "linux")).toBe(false);
    expect(canUseSocket(withFlags({}), null, "linux")).toBe(false);
    expect(canUseSocket(simulator, null, "linux")).toBe(true);
    expect(canUseSocket(simulator, null, "win32")).toBe(false);
  });
});
