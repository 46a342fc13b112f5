import { describe, expect, it } from "vitest";
import { recordProfile, restoreProfile } from "../../../server/src/run/recordedProfile.ts";
import { testProfile } from "../../support/run/fakeEngine.ts";

const secret = { ...testProfile, flags: { "hf-token": "hf_x", dtype: "half" }, env: { MY_API_KEY: "k", A: "1" } };

describe("recordProfile", () => {
  it.each([
    ["HF_TOKEN", "x", true],
    ["AWS_SECRET_ACCESS_KEY", "x", true],
    ["Db_Password", "x", true],
    ["HTTP_PROXY", "http://user:pw@proxy:3128", true],
    ["HTTP_PROXY", "http://proxy:3128/a@b", false],
    ["TOKENIZERS_PARALLELISM", "false", false],
    ["CUDA_VISIBLE_DEVICES", "0,1", false],
    ["VLLM_KEYSTONE", "x", false],
  ])("of %s=%s it keeps the name; is the value a secret: %s", (name, value, isSecret) => {
    expect(recordProfile({ ...testProfile, env: { [name]: value } }).env).toEqual({ [name]: isSecret ? null : value });
  });

  it("keeps all flags but those that are secrets", () => {
    expect(recordProfile(secret).flags).toEqual({ dtype: "half" });
  });
});

describe("restoreProfile", () => {
  it("gives back the settings of then, with the secrets of now", () => {
    const now = { ...secret, flags: { "hf-token": "hf_y", dtype: "auto" }, env: { MY_API_KEY: "new", A: "2", B: "3" } };
    expect(restoreProfile(recordProfile(secret), now)).toEqual({
      ...secret,
      flags: { dtype: "half", "hf-token": "hf_y" },
      env: { MY_API_KEY: "new", A: "1" },
    });
  });

  it("leaves out the secrets that nobody knows any more", () => {
    expect(restoreProfile(recordProfile(secret), null)).toEqual({
      ...secret,
      flags: { dtype: "half" },
      env: { A: "1" },
    });
  });
});
