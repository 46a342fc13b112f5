import { stat } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { engineChanged } from "../../../../server/src/cli/verbs/engineChanged.ts";
import { engineRestore } from "../../../../server/src/cli/verbs/engineRestore.ts";
import { loadProfile } from "../../../../server/src/engine/profile/loadProfile.io.ts";
import { updateEngineMemory } from "../../../../server/src/engine/recover/io/engineMemory.io.ts";
import {
  rememberGood,
  rememberStart,
  type StartedEngine,
} from "../../../../server/src/engine/recover/lastKnownGood.ts";
import { property } from "../../../../server/src/util/unknown.ts";
import { callCli } from "../../../support/cli/callCli.ts";
import { aProfile } from "../../../support/engine/crash.ts";
import { tempFolder } from "../../../support/tempFolder.ts";

const start = (change: Partial<StartedEngine> = {}): StartedEngine => ({
  model: "acme/tiny",
  gpus: ["NVIDIA RTX 4090"],
  vllm: "0.32.0",
  driver: "580.65.06",
  profile: aProfile({ "max-num-seqs": 8 }, { HF_TOKEN: "hf_old" }),
  at: "2026-11-21T23:27:00.000Z",
  ...change,
});

/** A state folder in which an engine has worked, and was then started with other settings. */
async function stateFolder(): Promise<string> {
  const folder = await tempFolder();
  const now = start({ vllm: "0.33.0", profile: aProfile({ "max-num-seqs": 64 }, { HF_TOKEN: "hf_new" }) });
  await updateEngineMemory(folder, (memory) =>
    rememberStart(rememberGood(memory, { ...start(), capacity: null, ranSeconds: 7265, answers: 5000 }), now),
  );
  return folder;
}

async function call(folder: string, ...argv: string[]) {
  return await callCli([engineChanged, engineRestore], ["engine", ...argv], { env: { VLLM_BATCH_STATE_DIR: folder } });
}

describe("engine changed", () => {
  test("says what is different since it last worked, and no secret", async () => {
    const { printed, exitCode } = await call(await stateFolder(), "changed");
    expect(exitCode).toBe(0);
    expect(printed.split("\n")).toEqual([
      "acme/tiny last worked on 2026-11-21T23:27:00.000Z (profile desktop, vLLM 0.32.0): 5000 answers in 2h 01m.",
      "  vLLM: 0.32.0 → 0.33.0",
      "  --max-num-seqs: 8 → 64",
      "  HF_TOKEN: (one value) → (another value)",
    ]);
  });

  test("as JSON", async () => {
    const { printed } = await call(await stateFolder(), "changed", "acme/tiny", "--json");
    const answer: unknown = JSON.parse(printed);
    expect(answer).toMatchObject({
      model: "acme/tiny",
      worked: { vllm: "0.32.0", profile: "desktop" },
      started: { vllm: "0.33.0" },
    });
    expect(property(answer, "settings")).toContainEqual({ setting: "--max-num-seqs", before: 8, after: 64 });
    expect(printed).not.toContain("hf_");
  });

  test("nothing has changed", async () => {
    const folder = await tempFolder();
    const good = { ...start(), capacity: null, ranSeconds: 7265, answers: 5000 };
    await updateEngineMemory(folder, (memory) => rememberGood(memory, good));
    expect((await call(folder, "changed")).printed).toContain("Nothing that we know of has changed since.");
  });

  test("where nothing has worked yet, that is the answer", async () => {
    const folder = await tempFolder();
    expect(await call(folder, "changed", "--json")).toMatchObject({ exitCode: 1, printed: "null" });
    await updateEngineMemory(folder, (memory) => rememberStart(memory, start()));
    const { exitCode, said } = await call(folder, "changed");
    expect([exitCode, said]).toEqual([1, expect.stringContaining("No engine with acme/tiny has worked here")]);
    expect((await call(await stateFolder(), "changed", "acme/other")).exitCode).toBe(1);
  });
});

describe("engine restore", () => {
  test("makes what worked a profile that can be used, for the user alone", async () => {
    const folder = await stateFolder();
    const { exitCode, said, printed } = await call(folder, "restore", "--json");
    expect(exitCode).toBe(0);
    expect(said).toContain("--profile last-known-good");
    expect(JSON.parse(printed)).toMatchObject({ profile: "last-known-good", model: "acme/tiny", vllm: "0.32.0" });
    expect((await stat(path.join(folder, "profiles", "last-known-good.json"))).mode & 0o777).toBe(0o600);
    const loaded = await loadProfile("last-known-good", { cwd: folder, stateFolder: folder });
    expect(loaded).toMatchObject({
      source: { kind: "user" },
      profile: { ...start().profile, name: "last-known-good", model: "acme/tiny" },
    });
  });

  test("where nothing has worked yet, writes nothing", async () => {
    const folder = await tempFolder();
    expect(await call(folder, "restore")).toMatchObject({ exitCode: 1, printed: "" });
    const loaded = await loadProfile("last-known-good", { cwd: folder, stateFolder: folder });
    expect(Array.isArray(loaded)).toBe(true);
  });
});
