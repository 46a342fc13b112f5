// Starts of a real vLLM that fail: what the product says of each, and what it tries next.
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startTimeoutMs } from "../../bench/support/recovery.ts";
import { RunView } from "../../bench/support/runView.ts";
import { ExitCode } from "../../server/src/protocol/exitCode.ts";
import { property } from "../../server/src/util/unknown.ts";
import { describeReal } from "../support/realEngine.ts";
import { answeredIds } from "../support/realRun/answers.ts";
import { type EngineDesk, useEngineDesk } from "../support/realRun/engineDesk.ts";
import { callProduct, type Ended, spawnProduct, startProduct } from "../support/realRun/product.ts";
import { type Failure, failures, refusals } from "../support/realRun/startFailureCases.ts";
import { untoldVllm } from "../support/realRun/startFaults.ts";

interface Outcome extends Ended {
  diagnosis: unknown;
  launches: number;
}

describeReal("a start that fails (real vLLM)", () => {
  const desk = useEngineDesk();
  let input: string;
  beforeAll(async () => {
    ({ input } = await desk.writeRequests("requests", 20));
  });

  describe.each(refusals)("$name", ({ name, profile, exitCode, says }) => {
    it("is refused before anything is started", async () => {
      await desk.writeProfile("refused", await profile(desk));
      const ended = await callProduct("engine", "start", "--profile", "refused", "--trust", "--foreground", "--json");
      expect(ended).toMatchObject({ exitCode, stderr: expect.stringMatching(says) });
      expect(ended.stdout, name).toBe("");
    });
  });

  describe("for good", () => {
    const outcomes = new Map<string, Outcome>();
    beforeAll(async () => {
      // Two at a time: most of a start is one process that imports PyTorch.
      const left = [...failures.entries()];
      const work = async () => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          outcomes.set(next[1].name, await provoke(desk, input, `failure-${next[0]}`, next[1]));
        }
      };
      await Promise.all([work(), work()]);
    }, 4 * startTimeoutMs);

    it.each(failures)("for $name is told with its cause and its numbers", ({ name, cause, facts, says, isStopped }) => {
      const outcome = outcomes.get(name);
      expect(outcome?.diagnosis).toMatchObject({ cause, confidence: "high", facts });
      expect(String(property(outcome?.diagnosis, "summary"))).toMatch(says);
      if (isStopped) return;
      expect(outcome).toMatchObject({ exitCode: ExitCode.engineFailed, stderr: expect.stringMatching(says) });
      expect(outcome?.launches, "starts: the same again would fail the same way").toBe(1);
    });
  });

  it(
    "for one reason after another is mended rung by rung until it answers",
    async () => {
      const out = path.join(desk.folder, "mended");
      await desk.writeProfile("faulty", {
        ...(await untoldVllm(desk, { takesPort: true })),
        // hf-overrides may give the model another limit, so nothing is said of the length beforehand.
        flags: { quantization: "int2", "max-model-len": 4096, "hf-overrides": "{}", "num-gpu-blocks-override": 2 },
      });
      const run = startProduct("run", input, "--profile", "faulty", "--trust", "--out", out);
      expect(await run.done()).toMatchObject({ status: "completed", completed: 20, failed: 0 });
      expect(await answeredIds(out)).toHaveLength(20);
      const rungs = await new RunView(out, desk.state).eventsOf("rung");
      const diffs = rungs.map(({ line }) => ({ cause: line["cause"], diff: line["diff"] }));
      expect(diffs).toEqual([
        { cause: "port_in_use", diff: [] },
        { cause: "max_len_exceeds_model", diff: [{ setting: "--max-model-len", before: 4096, after: 2048 }] },
        { cause: "quantization_mismatch", diff: [{ setting: "--quantization", before: "int2", after: null }] },
        {
          cause: "kv_cache_too_small_for_max_len",
          diff: [{ setting: "--max-model-len", before: 2048, after: 128 }],
        },
      ]);
      expect(await desk.engines()).toEqual([]);
    },
    2 * startTimeoutMs,
  );
});

/** Runs the product on such a profile until it has given up. */
async function provoke(desk: EngineDesk, input: string, name: string, failure: Failure): Promise<Outcome> {
  const out = path.join(desk.folder, name);
  const view = new RunView(out, desk.state);
  await desk.writeProfile(name, await failure.profile(desk));
  const run = spawnProduct("run", input, "--profile", name, "--trust", "--out", out);
  if (failure.isStopped) {
    await view.event("diagnosis", 0, startTimeoutMs);
    process.kill(run.pid, "SIGINT");
  }
  const ended = await run.ended;
  const [first] = await view.eventsOf("diagnosis");
  return { ...ended, diagnosis: first?.line, launches: (await view.eventsOf("launch")).length };
}
