import path from "node:path";
import { expect, test } from "vitest";
import { smallRequest, writeRequestFile } from "../../bench/support/requestFile.ts";
import { withFolder } from "../../bench/support/withFolder.ts";
import { property } from "../../server/src/util/unknown.ts";
import { inspectRun } from "../support/killLoop/inspectRun.ts";
import { runKillLoop } from "../support/killLoop/killLoop.ts";
import { MortalEngine } from "../support/killLoop/mortalEngine.ts";

const REQUESTS = 100_000;
const RUNNER_KILLS = 200;
const ENGINE_KILLS = 50;
const IN_FLIGHT = 16;

/** Another one each time; KILL_LOOP_SEED=N repeats a loop. */
const seed = Number(process.env["KILL_LOOP_SEED"] ?? Date.now() % 2 ** 31);

/** With answers of one length, so that requests stand for tokens. */
const requestAt = (index: number) => ({ ...smallRequest(index), minTokens: 8 });

test(
  `kill -9 of the runner at ${RUNNER_KILLS} moments and of the engine at ${ENGINE_KILLS}, in one batch (seed ${seed})`,
  { timeout: 15 * 60_000 },
  async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, "input.jsonl");
      const runFolder = path.join(folder, "run");
      await writeRequestFile(file, REQUESTS, requestAt);
      const engine = new MortalEngine(folder, ["--sim-latency-ms", "2"]);
      await engine.start();
      try {
        const result = await runKillLoop(engine, {
          seed,
          requests: REQUESTS,
          file,
          runFolder,
          inFlight: IN_FLIGHT,
          runnerKills: RUNNER_KILLS,
          engineKills: ENGINE_KILLS,
        });
        expect(result.exitCode).toBe(0);
        expect(property(JSON.parse(result.stdout), "status")).toBe("completed");

        const { linesById, unreadable, torn, failed } = await inspectRun(runFolder);
        const ids = Array.from({ length: REQUESTS }, (_, index) => smallRequest(index).customId);
        expect(unreadable, "lines that do not parse").toEqual([]);
        expect(torn, "text after the last line end").toBe("");
        expect(failed, "requests that failed although nothing was wrong with them").toBe(0);
        expect(
          ids.filter((id) => !linesById.has(id)),
          "ids lost",
        ).toEqual([]);
        expect(
          [...linesById].filter(([, lines]) => lines > 1),
          "ids with more than one line",
        ).toEqual([]);
        expect(linesById.size, "ids in all").toBe(REQUESTS);
        // All requests that reached an engine count as answered in full: more than was generated, never less.
        expect(engine.requests / REQUESTS, "tokens generated, against one clean pass").toBeLessThanOrEqual(1.05);
      } finally {
        await engine.stop();
      }
    });
  },
);
