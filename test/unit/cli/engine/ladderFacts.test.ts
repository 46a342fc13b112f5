import { expect, test } from "vitest";
import { usedGpusOf } from "../../../../server/src/cli/engine/engineGpus.ts";
import { ladderFacts } from "../../../../server/src/cli/engine/ladderFacts.ts";
import type { PreparedEngine } from "../../../../server/src/cli/engine/prepareEngine.ts";
import type { CliContext } from "../../../../server/src/cli/verb.ts";
import type { GpuReading, GpuSample } from "../../../../server/src/gpu/reading.ts";
import { aProfile } from "../../../support/engine/crash.ts";

const gpu = (index: number, freeMiB: number): GpuSample => ({
  ...{ index, uuid: `GPU-${index}${index}${index}${index}-x`, name: "NVIDIA L4", driver: null },
  ...{ totalMiB: 24_576, usedMiB: 24_576 - freeMiB, freeMiB },
  ...{ utilizationPercent: 0, temperatureC: 40, powerW: 20, powerLimitW: 72, computeCapability: "8.9" },
});
const reading = (gpus: GpuSample[], fault: string | null = null): GpuReading => ({
  ...{ at: "2026-11-29T09:00:00.000Z", gpus, fault, tool: "nvidia-smi" },
});
const prepared = (gpus: GpuReading | null, env: Record<string, string> = {}, flags = {}): PreparedEngine => ({
  profile: { ...aProfile(flags), env },
  ...{ chosen: new Set(), model: "acme/tiny", installation: null, gpus, modelFacts: null, useSocket: true },
});
const cli = { env: {} } as CliContext;
const three = reading([gpu(0, 1024), gpu(1, 20_480), gpu(2, 10_240)]);

test("the memory that the ladder knows is that of the GPU which the engine takes, before it took any", () => {
  const facts = (env: Record<string, string>, flags = {}) => ladderFacts(prepared(three, env, flags), false, cli);
  expect(facts({}).gpuMemory).toEqual({ freeGiB: 1, totalGiB: 24 });
  expect(facts({ CUDA_VISIBLE_DEVICES: "1" }).gpuMemory?.freeGiB).toBe(20);
  expect(facts({ CUDA_VISIBLE_DEVICES: "1,2" }, { "tensor-parallel-size": 2 }).gpuMemory?.freeGiB).toBe(10);
  expect(facts({}).gpuCount).toBe(3);
});

test("it is not known of an engine that ran before we looked, nor where no GPU could be read", () => {
  expect(ladderFacts(prepared(three), true, cli).gpuMemory).toBeNull();
  const unread = { gpuCount: null, gpuMemory: null };
  expect(ladderFacts(prepared(null), false, cli)).toMatchObject(unread);
  expect(ladderFacts(prepared(reading([], "The driver does not answer.")), false, cli)).toMatchObject(unread);
});

test("an engine on the CPU takes no GPU, whatever the machine has", () => {
  const onCpu = prepared(three, { VLLM_CPU_KVCACHE_SPACE: "4" });
  expect(ladderFacts(onCpu, false, cli)).toMatchObject({ gpuCount: 0, gpuMemory: null });
  expect(usedGpusOf(onCpu, onCpu.profile, cli)).toBeNull();
});

test("the GPUs that it takes follow its settings, as recovery may change them", () => {
  const one = prepared(three, { CUDA_VISIBLE_DEVICES: "2,1" });
  expect(usedGpusOf(one, one.profile, cli)).toEqual(["GPU-2222-x"]);
  const two = { ...one.profile, flags: { "tensor-parallel-size": 2 } };
  expect(usedGpusOf(one, two, cli)).toEqual(["GPU-2222-x", "GPU-1111-x"]);
  expect(usedGpusOf(prepared(null), one.profile, cli)).toBeNull();
});
