import { describe, expect, test } from "vitest";
import { applyChange } from "../../../../server/src/engine/profile/changeProfile.ts";
import { diffProfiles } from "../../../../server/src/engine/profile/diffProfiles.ts";
import { profileDefaults } from "../../../../server/src/engine/profile/builtInProfiles.ts";
import type { Profile } from "../../../../server/src/protocol/engine.ts";

const profile: Profile = {
  ...profileDefaults,
  name: "p",
  flags: { "max-num-seqs": 8, "async-scheduling": true },
  env: { A: "1", B: "2" },
};

describe("changing a profile", () => {
  test("sets, adds and takes away, and leaves the first as it was", () => {
    const before = structuredClone(profile);
    const after = applyChange(profile, {
      flags: { "max-num-seqs": 4, "enforce-eager": true, "async-scheduling": null },
      env: { A: null, C: "3" },
    });
    expect(after).toEqual({ ...profile, flags: { "max-num-seqs": 4, "enforce-eager": true }, env: { B: "2", C: "3" } });
    expect(profile).toEqual(before);
    expect(applyChange(profile, {})).toEqual(profile);
  });

  test("a switch takes the place of its opposite", () => {
    const off = applyChange(profile, { flags: { "no-async-scheduling": true } });
    expect(off.flags).toEqual({ "max-num-seqs": 8, "no-async-scheduling": true });
    expect(applyChange(off, { flags: { "async-scheduling": true } }).flags).toEqual(profile.flags);
  });
});

describe("what differs between two profiles", () => {
  test("flags with their dashes, then variables; absent and false are the same", () => {
    const after = applyChange(profile, {
      flags: { "max-num-seqs": 4, "enforce-eager": false },
      env: { A: null, C: "3" },
    });
    expect(diffProfiles(profile, after)).toEqual([
      { setting: "--max-num-seqs", before: 8, after: 4 },
      { setting: "A", before: "1", after: null },
      { setting: "C", before: null, after: "3" },
    ]);
    expect(diffProfiles(profile, profile)).toEqual([]);
  });

  test("lists are compared by what is in them", () => {
    const list = (items: string[]) => applyChange(profile, { flags: { "lora-modules": items } });
    expect(diffProfiles(list(["a"]), list(["a"]))).toEqual([]);
    expect(diffProfiles(list(["a"]), list(["b"]))).toHaveLength(1);
  });
});
