import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noCapacity } from "../../../../server/src/engine/start/capacity.ts";
import { StartLog } from "../../../../server/src/engine/start/startLog.ts";
import { startPhases } from "../../../../server/src/protocol/engine.ts";
import { startOfVersion032, startOfVersion085, startOfVersion013 } from "../../../support/engine/startLogs.ts";

function read(lines: readonly string[]) {
  const log = new StartLog();
  const phases = new Set(lines.map((line) => (log.read(line), log.progress.phase)));
  return { log, phases: [...phases] };
}

describe("the log of a start", () => {
  test("of vLLM 0.8.5 on a GPU", () => {
    const { log, phases } = read(startOfVersion085);
    expect(phases).toEqual(["configuring", "loading", "compiling", "kvCache", "graphs", "serving"]);
    expect(log.sawReadyLine).toBe(true);
    expect(log.capacity).toEqual({
      weightsGiB: 14.9889,
      kvCacheGiB: null,
      kvCacheTokens: 41_568,
      maxModelLen: 32_768,
      maxConcurrency: 1.27,
    });
  });

  test("of vLLM 0.13 on two GPUs, with a download", () => {
    const { log, phases } = read(startOfVersion013);
    expect(phases).toEqual(["configuring", "downloading", "loading", "compiling", "kvCache", "graphs", "serving"]);
    expect(log.capacity).toEqual({
      weightsGiB: 15.31,
      kvCacheGiB: 4.03,
      kvCacheTokens: 162_704,
      maxModelLen: 16_000,
      maxConcurrency: 10.17,
    });
  });

  test("of vLLM 0.32 on a CPU", () => {
    const { log, phases } = read(startOfVersion032);
    expect(phases).toEqual(["configuring", "loading", "kvCache", "serving"]);
    expect(log.capacity).toMatchObject({ kvCacheTokens: 1_024_000, maxModelLen: 2048, weightsGiB: 0 });
  });

  test("tells the length that was fitted to the memory", () => {
    const auto = "INFO 11-21 12:00:10 [kv_cache_utils.py:1] Auto-fit max_model_len:";
    const one = `${auto} reduced from 131,072 to 40960 to fit in available GPU memory (3.2 GiB available for KV cache)`;
    expect(read([one]).log.capacity.maxModelLen).toBe(40_960);
    const two = `${auto} full model context length 8192 fits in available GPU memory`;
    expect(read([two]).log.capacity.maxModelLen).toBe(8192);
  });

  test("is no further when the same is said again, or only a clock moves", () => {
    const log = new StartLog();
    const shard = (figures: string) => `(Worker_TP0 pid=1) Loading safetensors checkpoint shards: ${figures}`;
    expect(log.read(shard("  0% Completed | 0/4 [00:00<?, ?it/s]"))).toBe(true);
    expect(log.read(shard("  0% Completed | 0/4 [00:10<?, ?it/s]"))).toBe(false);
    expect(log.read(shard(" 25% Completed | 1/4 [00:11<00:33, 11.00s/it]"))).toBe(true);
    expect(log.read(shard(" 25% Completed | 1/4 [00:11<00:33, 11.00s/it]").replace("TP0", "TP1"))).toBe(false);
    const wait =
      "INFO 11-21 12:01:00 [shm_broadcast.py:681] No available shared memory broadcast block found in 60 seconds.";
    expect(log.read(wait)).toBe(false);
  });

  test("is further by a bar of which we do not know the name", () => {
    const log = new StartLog();
    log.read("Loading safetensors checkpoint shards: 100% Completed | 4/4 [00:11<00:00, 11.00s/it]");
    expect(log.read("DeepGEMM warmup:  34%|███▍      | 100/300 [00:05<00:11,  3.90it/s]")).toBe(true);
    expect(log.read("DeepGEMM warmup:  34%|███▍      | 100/300 [00:06<00:11,  3.90it/s]")).toBe(false);
    expect(log.progress).toEqual({ phase: "loading", done: 4, total: 4 });
  });

  test("begins anew when the engine does", () => {
    const { log } = read([...startOfVersion085, startOfVersion085[1] ?? ""]);
    expect(log.progress.phase).toBe("configuring");
    expect(log.sawReadyLine).toBe(false);
    expect(log.capacity).toEqual(noCapacity);
  });

  test("never goes back in its phases, in whatever order lines come", () => {
    const lines = [...startOfVersion085.slice(0, -1), ...startOfVersion013.slice(0, -1), "noise"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines)), (some) => {
        const log = new StartLog();
        let last = 0;
        for (const line of some) {
          log.read(line);
          const now = startPhases.indexOf(log.progress.phase);
          expect(now).toBeGreaterThanOrEqual(last);
          last = now;
        }
      }),
    );
  });
});
