import { describe, expect, test } from "vitest";
import { checkSaveSource } from "../../../../server/src/cli/engine/saveTarget.ts";
import type { ProfileSource } from "../../../../server/src/engine/profile/profileSource.ts";
import type { Profile } from "../../../../server/src/protocol/engine.ts";
import { aProfile } from "../../../support/engine/crash.ts";

const ofTheFolder: ProfileSource = { kind: "file", path: "/work/.vllm-batch/profiles/x.json" };
const ofTheUser: ProfileSource = { kind: "user", path: "/home/me/profiles/x.json" };

const check = (source: ProfileSource, change: Partial<Profile>, flags: Profile["flags"] = {}) => {
  const profile = { ...aProfile(), vllm: null, env: {}, model: "tiny", ...change, flags };
  return () => checkSaveSource({ profile, source, chosen: new Set() }, "acme/code", "/home/me/profiles");
};

describe("settings that are to be saved as the user's own", () => {
  test("may not execute anything when they have come with a folder", () => {
    expect(check(ofTheFolder, { vllm: "/work/vllm" })).toThrow("/work/vllm");
    expect(check(ofTheFolder, { env: { LD_PRELOAD: "x.so" } })).toThrow("LD_PRELOAD=x.so");
    expect(check(ofTheFolder, {}, { "trust-remote-code": true })).toThrow(
      "write it into a profile in /home/me/profiles",
    );
  });

  test("may when they execute nothing, or are the user's own already", () => {
    expect(check(ofTheFolder, {}, { "max-num-seqs": 8 })).not.toThrow();
    expect(check(ofTheUser, { vllm: "/opt/vllm", env: { A: "1" } }, { "trust-remote-code": true })).not.toThrow();
    expect(check({ kind: "builtIn" }, { model: null })).not.toThrow();
  });

  test("do not make a model's code trusted that is asked for at each start", () => {
    expect(check(ofTheUser, { model: null }, { "trust-remote-code": true })).toThrow("acme/code");
  });
});
