import fc from "fast-check";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { FoundHow, Installation } from "../../../../server/src/engine/find/installation.ts";
import { consentText, needsConsent, type ConsentInput } from "../../../../server/src/engine/launch/consent.ts";
import { obtainConsent, programIdentity } from "../../../../server/src/engine/launch/consentStore.io.ts";
import { isHarmless } from "../../../../server/src/engine/launch/harmlessFlags.ts";
import { printable } from "../../../../server/src/util/printable.ts";
import { builtInProfiles, profileDefaults } from "../../../../server/src/engine/profile/builtInProfiles.ts";
import type { ProfileSource } from "../../../../server/src/engine/profile/profileSource.ts";
import type { Profile } from "../../../../server/src/protocol/engine.ts";
import { tempFolder, writeInto } from "../../../support/tempFolder.ts";

const file: ProfileSource = { kind: "file", path: "/work/.vllm-batch/profiles/p.json" };
const user: ProfileSource = { kind: "user", path: "/state/profiles/p.json" };
const program = { realPath: "/v/bin/vllm", size: 200, mtimeMs: 0, sha256: "ab" };

function installed(how: FoundHow): Installation {
  return { path: "/v/bin/vllm", version: null, flags: null, how };
}

function ask(profile: Partial<Profile>, source: ProfileSource = file, more: Partial<ConsentInput> = {}) {
  const whole = { ...profileDefaults, name: "p", ...profile };
  return needsConsent({
    profile: whole,
    source,
    model: "org/model",
    installation: installed("path"),
    program,
    ...more,
  });
}

describe("what a person must confirm", () => {
  test("nothing of what is ours, or of what only sets sizes", () => {
    for (const profile of builtInProfiles) expect(ask(profile, { kind: "builtIn" })).toBeNull();
    expect(
      ask({ flags: { "max-num-seqs": 8, "gpu-memory-utilization": 0.8, "no-enforce-eager": true, dtype: "bfloat16" } }),
    ).toBeNull();
    expect(ask({ flags: { "trust-remote-code": false } })).toBeNull();
    for (const profile of builtInProfiles) expect(ask({ ...profile, env: {} })).toBeNull();
  });

  test("in a user's own profile everything is their choice, but not the model that a batch file names", () => {
    expect(ask({ vllm: "/x", env: { LD_PRELOAD: "/x.so" }, flags: { middleware: "x.y" } }, user)).toBeNull();
    expect(ask({ model: "org/model", flags: { "trust-remote-code": true } }, user)).toBeNull();
    expect(ask({ flags: { "trust-remote-code": true } }, user)?.parts).toEqual([{ kind: "model", text: "org/model" }]);
  });

  test("what recovery itself sets asks nobody, nor does it change what was confirmed", () => {
    expect(ask({ env: { NCCL_P2P_DISABLE: "1", HF_HUB_OFFLINE: "1" } })).toBeNull();
    const env = { LD_PRELOAD: "/x.so" };
    expect(ask({ env: { ...env, NCCL_P2P_DISABLE: "1" } })?.hash).toBe(ask({ env })?.hash);
  });

  test.each([
    "trust-remote-code",
    "tool-parser-plugin",
    "reasoning-parser-plugin",
    "io-processor-plugin",
    "logits-processors",
    "worker-cls",
    "worker-extension-cls",
    "scheduler-cls",
    "middleware",
    "chat-template",
    "config",
    "hf-overrides",
    "hf-config-path",
    "model-class-overrides",
    "kv-transfer-config",
    "speculative-config",
    "compilation-config",
    "compilation-config.backend",
    "log-config-file",
    "logging-config",
    "tool-server",
    "load-format",
    "model-loader-extra-config",
    "allowed-local-media-path",
    "download-dir",
    "otlp-traces-endpoint",
    "master-addr",
    "data-parallel-address",
    "lora-modules",
    "attention-backend",
    "a-flag-of-tomorrow",
    "trust-remote",
  ])("a workspace's --%s", (flag) => {
    expect(ask({ flags: { [flag]: "x" } })?.parts).toEqual([{ kind: "flag", text: `--${flag} x` }]);
  });

  test("a workspace's program with its file, and each variable", () => {
    expect(ask({ vllm: "/v/bin/vllm", env: { LD_PRELOAD: "x.so" } })).toMatchObject({
      path: "/work/.vllm-batch/profiles/p.json",
      parts: [
        { kind: "program", text: "/v/bin/vllm" },
        { kind: "variable", text: "LD_PRELOAD=x.so" },
        { kind: "file", text: "/v/bin/vllm, 200 bytes of 1970-01-01T00:00:00.000Z, SHA-256 ab" },
      ],
    });
  });

  test("a program inside the workspace, whoever's the profile; once for all profiles", () => {
    const foreign = { installation: installed("workspace") };
    const requests = [ask({}, { kind: "builtIn" }, foreign), ask({}, user, foreign), ask({ name: "q" }, file, foreign)];
    expect(requests[0]).toMatchObject({
      path: "/v/bin/vllm",
      parts: [{ kind: "file", text: expect.stringContaining("SHA-256 ab") as string }],
    });
    expect(new Set(requests.map((request) => request?.hash)).size).toBe(1);
  });

  test("the confirmation ends with every change of what is executed, and not with one of a size", () => {
    const base: Partial<Profile> = { vllm: "/v/bin/vllm", flags: { "trust-remote-code": true }, env: { A: "1" } };
    const hash = ask(base)?.hash;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const others = [
      ask({ ...base, env: { A: "2" } }),
      ask({ ...base, env: { A: "1", B: "1" } }),
      ask({ ...base, flags: { "trust-remote-code": true, "chat-template": "x" } }),
      ask({ ...base, vllm: "/other" }),
      ask(base, file, { model: "evil/model" }),
      ask(base, { kind: "file", path: "/elsewhere/p.json" }),
      ask(base, file, { program: { ...program, sha256: "cd" } }),
      ask(base, file, { program: { ...program, mtimeMs: 1 } }),
      ask(base, file, { program: { ...program, size: 201 } }),
      ask(base, file, { program: { ...program, realPath: "/other" } }),
      ask(base, file, { installation: { ...installed("path"), path: "/other" } }),
    ].map((request) => request?.hash);
    expect(new Set([hash, ...others]).size).toBe(others.length + 1);
    expect(ask({ ...base, flags: { "trust-remote-code": true, "max-num-seqs": 4 }, maxCrashes: 1 })?.hash).toBe(hash);
  });

  test.each([
    ["dtype", "my_module.Type"],
    ["dtype", "m1.Type"],
    ["quantization", "../x"],
    ["quantization", '{"a":1}'],
    ["kv-cache-dtype", "http://x"],
    ["distributed-executor-backend", "my_executor"],
    ["distributed-executor-backend", "my.Executor"],
  ])("a harmless flag with a value that is no plain word: --%s %s", (flag, value) => {
    expect(isHarmless(flag, value)).toBe(false);
  });

  test("no text of a file moves the cursor or hides a line", () => {
    const request = ask({ env: { A: "x\u001b[2K\r\n\u202e\u2028y" } });
    const text = request === null ? "" : consentText(request);
    expect(text).toContain("environment A=x\\u001b[2K\\u000d\\u000a\\u202e\\u2028y");
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => !/[\p{Cc}\p{Cf}]/u.test(printable(value))));
  });
});

describe("asking once", () => {
  const request = ask({ env: { A: "1" } });
  const changed = ask({ env: { A: "2" } });
  const options = (stateFolder: string, answer: boolean | null, trust = false) => {
    const asked: string[] = [];
    const question = async (text: string): Promise<boolean> => {
      asked.push(text);
      return await Promise.resolve(answer === true);
    };
    return { stateFolder, ask: answer === null ? null : question, trust, at: "2026-11-21T00:00:00.000Z", asked };
  };

  test("a yes is kept, for this content alone, in a file that only its owner reads", async () => {
    const state = path.join(await tempFolder(), "state");
    const first = options(state, true);
    expect(await obtainConsent(request, first)).toEqual({ given: true });
    expect(first.asked.join()).toContain("environment A=1");
    const second = options(state, false);
    expect(await obtainConsent(request, second)).toEqual({ given: true });
    expect(second.asked).toEqual([]);
    expect(await obtainConsent(changed, second)).toMatchObject({ given: false });
    expect(second.asked).toHaveLength(1);
    expect((await stat(path.join(state, "consents.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
  });

  test("a no starts nothing and is not kept", async () => {
    const state = await tempFolder();
    expect(await obtainConsent(request, options(state, false))).toEqual({
      given: false,
      message: "Not confirmed, so nothing was started.",
      unasked: null,
    });
    await expect(readFile(path.join(state, "consents.json"))).rejects.toThrow("ENOENT");
  });

  test("where nobody can be asked, the refusal shows what it is about and how to agree", async () => {
    const state = await tempFolder();
    const answer = await obtainConsent(request, options(state, null));
    expect(answer).toMatchObject({
      given: false,
      message: expect.stringMatching(/environment A=1[^]*--trust\.$/) as string,
      unasked: request,
    });
    expect(await obtainConsent(request, options(state, null, true))).toEqual({ given: true });
    expect(await obtainConsent(request, options(state, null))).toEqual({ given: true });
  });

  test("what was confirmed elsewhere counts for that content alone, and is kept", async () => {
    const state = await tempFolder();
    const confirmed = { ...options(state, null), confirmed: request?.hash };
    expect(await obtainConsent(changed, confirmed)).toMatchObject({ given: false, unasked: changed });
    expect(await obtainConsent(request, confirmed)).toEqual({ given: true });
    expect(await obtainConsent(request, options(state, null))).toEqual({ given: true });
    expect(await obtainConsent(changed, options(state, null))).toMatchObject({ given: false });
  });

  test("nothing to confirm needs no question and no file; a broken file holds no consent", async () => {
    const state = await tempFolder();
    expect(await obtainConsent(null, options(state, null))).toEqual({ given: true });
    for (const text of ["{ half", "[]", `{"consents":[1,{"path":"/work/.vllm-batch/profiles/p.json"}]}`]) {
      await writeFile(path.join(state, "consents.json"), text);
      expect(await obtainConsent(request, options(state, null))).toMatchObject({ given: false });
    }
  });

  test("a second yes leaves the first one there", async () => {
    const state = await tempFolder();
    await obtainConsent(request, options(state, true));
    await obtainConsent(changed, options(state, true));
    expect(await obtainConsent(request, options(state, null))).toEqual({ given: true });
  });

  test("a program is known by where it lies and what stands in it", async () => {
    const root = await tempFolder();
    const script = await writeInto(root, "vllm", "one", 0o755);
    const first = await programIdentity(script);
    await writeFile(script, "two");
    const second = await programIdentity(script);
    expect(first).toMatchObject({ realPath: script, size: 3 });
    expect(second?.sha256).not.toBe(first?.sha256);
    await mkdir(path.join(root, "folder"));
    expect(await programIdentity(path.join(root, "folder"))).toBeNull();
    expect(await programIdentity(path.join(root, "gone"))).toBeNull();
  });
});
