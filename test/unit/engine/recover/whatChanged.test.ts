import { expect, test } from "vitest";
import type { StartedEngine } from "../../../../server/src/engine/recover/lastKnownGood.ts";
import { whatChanged } from "../../../../server/src/engine/recover/whatChanged.ts";
import { aProfile } from "../../../support/engine/crash.ts";

const start = (change: Partial<StartedEngine> = {}): StartedEngine => ({
  model: "acme/tiny",
  gpus: ["NVIDIA RTX 4090"],
  vllm: "0.32.0",
  driver: "580.65.06",
  profile: aProfile(),
  at: "2026-11-21T23:27:00.000Z",
  ...change,
});

test("nothing: no line, though a name and the time are others", () => {
  const now = start({ at: "2026-11-22T08:00:00.000Z", profile: { ...aProfile(), name: "other" } });
  expect(whatChanged(start(), now)).toEqual({ settings: [], lines: [] });
});

test("version, driver, GPUs and each setting", () => {
  const before = start({ profile: aProfile({ "max-num-seqs": 8, "enforce-eager": true }, { NCCL_P2P_DISABLE: "1" }) });
  const after = start({
    vllm: "0.33.0",
    driver: null,
    gpus: [],
    profile: { ...aProfile({ "max-num-seqs": 64, "no-async-scheduling": true }), vllm: "/opt/vllm" },
  });
  const { lines, settings } = whatChanged(before, after);
  expect(lines).toEqual([
    "vLLM: 0.32.0 → 0.33.0",
    "GPU driver: 580.65.06 → unknown",
    "GPUs: NVIDIA RTX 4090 → none",
    "vllm program: the one that is found → /opt/vllm",
    "--enforce-eager: set → not set",
    "--max-num-seqs: 8 → 64",
    "--no-async-scheduling: not set → set",
    "NCCL_P2P_DISABLE: 1 → not set",
  ]);
  expect(settings.map(({ setting }) => setting)).toEqual([
    "--enforce-eager",
    "--max-num-seqs",
    "--no-async-scheduling",
    "NCCL_P2P_DISABLE",
  ]);
});

test("a flag that is false is a flag that is absent", () => {
  const now = start({ profile: aProfile({ "enforce-eager": false }) });
  expect(whatChanged(start(), now).lines).toEqual([]);
});

test("a secret is not shown: only that it is another", () => {
  const before = start({
    profile: aProfile({ "hf-token": "hf_old" }, { HF_TOKEN: "hf_old", AWS_SECRET_ACCESS_KEY: "k1" }),
  });
  const now = start({
    profile: aProfile(
      { "hf-token": "hf_new", "max-num-batched-tokens": 512 },
      { HF_TOKEN: "hf_new", AWS_SECRET_ACCESS_KEY: "k2", HTTP_PROXY: "http://me:hf_@host" },
    ),
  });
  const { lines, settings } = whatChanged(before, now);
  expect(JSON.stringify([lines, settings])).not.toMatch(/hf_|k1|k2/);
  expect(lines).toEqual([
    "--hf-token: (one value) → (another value)",
    "--max-num-batched-tokens: not set → 512",
    "AWS_SECRET_ACCESS_KEY: (one value) → (another value)",
    "HF_TOKEN: (one value) → (another value)",
    "HTTP_PROXY: not set → (another value)",
  ]);
});
