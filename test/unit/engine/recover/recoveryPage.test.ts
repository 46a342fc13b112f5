import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { engineCauses, type EngineCause } from "../../../../server/src/protocol/engine.ts";
import type { Situation } from "../../../../server/src/engine/recover/ladderTypes.ts";
import { ladderRules } from "../../../../server/src/engine/recover/rules.ts";
import { settingsOf } from "../../../../server/src/engine/recover/settings.ts";
import { aCrash, aDiagnosis, aProfile, someFacts } from "../../../support/engine/crash.ts";

const page = await readFile("docs/recovery.md", "utf8");
const rows = new Map(
  [...page.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, cause = "", text = ""]) => [cause, text]),
);

/** Settings and facts with which as many rules as possible apply. */
function situations(cause: EngineCause): Situation[] {
  const profile = aProfile(
    { "kv-offloading-size": 8, "master-port": 29501, "kv-cache-dtype": "fp8", "tensor-parallel-size": 2 },
    { VLLM_CPU_KVCACHE_SPACE: "8" },
  );
  const facts = {
    freeGiB: 8,
    totalGiB: 24,
    estimatedMaxLen: 4096,
    modelMaxLen: 8192,
    gpus: 2,
    shmBytes: 1,
    timeoutSeconds: 600,
  };
  const diagnosis = aDiagnosis(cause, { facts: { ...facts, dtype: "bfloat16", otherProcessGiB: 2 } });
  const world = { gpuCount: 8, modelLimit: 32768 };
  const settings = [profile, aProfile(), aProfile({ quantization: "awq" })];
  return [true, false].flatMap((wasReady) =>
    settings.flatMap((one) =>
      [someFacts(world), someFacts({ gpuCount: 0 })].map((known) => ({
        crash: aCrash(cause, { profile: one, diagnosis, wasReady }),
        profile: one,
        diagnosis,
        facts: known,
      })),
    ),
  );
}

test("the page has a row for each cause, in their order", () => {
  expect([...rows.keys()]).toEqual([...engineCauses]);
});

describe("the row", () => {
  test.each(engineCauses)("of %s tells what the code does", (cause) => {
    const text = rows.get(cause) ?? "";
    const rule = ladderRules[cause];
    expect(text.startsWith("nothing: a person")).toBe(rule === null);
    if (rule === null || text.includes("as `worker_died`")) return;
    const attempts = situations(cause).flatMap((situation) => rule(situation));
    const settings = attempts.flatMap(({ change }) => (change === null ? [] : settingsOf(change)));
    for (const { name, kind } of settings) expect(text).toContain(kind === "flag" ? `--${name}` : name);
    const isSame = attempts.some(
      ({ change, startTimeoutSeconds }) => change === null && startTimeoutSeconds === undefined,
    );
    expect(text.includes("the same again")).toBe(isSame);
    for (const [, name = ""] of text.matchAll(/`--([a-z-]+)/g)) {
      if (name === "cpu-offload-gb" || cause === "bad_flag") continue;
      expect(settings.map((setting) => setting.name)).toContain(name);
    }
  });
});
