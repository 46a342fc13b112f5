import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gpusOf } from "../../../../../server/src/engine/preflight/gpusOf.ts";
import { lookAhead, type LookAheadOptions } from "../../../../../server/src/engine/preflight/io/lookAhead.ts";
import { llama31_8b } from "../../../../support/engine/modelConfigs.ts";
import { aGpu, anInput, aProfile } from "../../../../support/engine/preflightInput.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "look-ahead-"));
});
afterEach(() => rm(home, { recursive: true }));

function options(changes: Partial<LookAheadOptions>): LookAheadOptions {
  return { ...anInput(), modelName: "owner/model", homedir: home, cwd: home, online: false, ...changes };
}

async function addSnapshot(cache: string, revision: string): Promise<void> {
  const folder = path.join(cache, "models--owner--model", "snapshots", revision);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "config.json"), JSON.stringify(llama31_8b));
  await writeFile(path.join(folder, "model.safetensors"), "");
  await truncate(path.join(folder, "model.safetensors"), 15 * 2 ** 30);
}

test("looks where the engine will look: by the profile's environment, revision and download folder", async () => {
  await addSnapshot(path.join(home, "elsewhere"), "v2");
  const found = async (changes: Partial<LookAheadOptions>): Promise<string> =>
    (await lookAhead(options(changes))).model.place;
  const env = { HF_HUB_CACHE: path.join(home, "elsewhere") };
  expect(await found({})).toBe("away");
  expect(await found({ profile: aProfile({}, { env }) })).toBe("away");
  expect(await found({ profile: aProfile({ revision: "v2" }, { env }) })).toBe("cache");
  expect(await found({ profile: aProfile({ revision: "v2" }), env })).toBe("cache");
  expect(await found({ profile: aProfile({ revision: "v2", "download-dir": path.join(home, "elsewhere") }) })).toBe(
    "cache",
  );
});

test("offline and not in the cache stops before minutes are spent", async () => {
  const { findings } = await lookAhead(options({ env: { HF_HUB_OFFLINE: "1" } }));
  expect(findings[0]).toMatchObject({ code: "model.offline", severity: "stop" });
});

test("the fit is that of the share which the free memory allows", async () => {
  await addSnapshot(path.join(home, ".cache", "huggingface", "hub"), "v2");
  const profile = aProfile({ revision: "v2" });
  const left = async (freeMiB: number): Promise<number> =>
    (await lookAhead(options({ profile, gpus: [aGpu({ freeMiB })] }))).fit.kvCacheGiB ?? 0;
  expect(await left(19_800)).toBeLessThan((await left(24_200)) - 2);
});

test("a reading with a fault and no GPU says nothing of GPUs; one without a fault says that there are none", () => {
  const reading = { at: "2026-11-20T00:00:00Z", tool: null, gpus: [], fault: null };
  expect(gpusOf(null)).toBeNull();
  expect(gpusOf({ ...reading, fault: "nvidia-smi did not answer" })).toBeNull();
  expect(gpusOf(reading)).toEqual([]);
  const gpu = { ...aGpu(), uuid: "GPU-1", name: "x", computeCapability: "8.9", driver: null };
  const rest = { usedMiB: null, utilizationPercent: null, temperatureC: null, powerW: null, powerLimitW: null };
  expect(gpusOf({ ...reading, gpus: [{ ...gpu, ...rest }], fault: "GPU 1 is lost" })).toHaveLength(1);
});
