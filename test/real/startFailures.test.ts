// Starts of a real vLLM that fail: what the product says of each, and what it tries next.
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { ProfileText } from "../../bench/support/engineProfile.ts";
import { startTimeoutMs } from "../../bench/support/recovery.ts";
import { RunView } from "../../bench/support/runView.ts";
import { ExitCode } from "../../server/src/protocol/exitCode.ts";
import { property } from "../../server/src/util/unknown.ts";
import { describeReal } from "../support/realEngine.ts";
import { answeredIds } from "../support/realRun/answers.ts";
import { type EngineDesk, useEngineDesk } from "../support/realRun/engineDesk.ts";
import { callProduct, type Ended, spawnProduct, startProduct } from "../support/realRun/product.ts";
import { otherTiny, untoldVllm } from "../support/realRun/startFaults.ts";

interface Refusal {
  name: string;
  profile: (desk: EngineDesk) => ProfileText | Promise<ProfileText>;
  exitCode: ExitCode;
  says: RegExp;
}

/** What is found out before anything is started. */
const refusals: readonly Refusal[] = [
  {
    name: "the model's path is wrong",
    profile: ({ folder }) => ({ model: path.join(folder, "tiny-lama") }),
    exitCode: ExitCode.engineFailed,
    says: /There is nothing at .*tiny-lama: check the path\./,
  },
  {
    name: "offline, and the model is not in the cache",
    profile: ({ folder }) => ({ model: "example-org/tiny-llama", env: { HF_HOME: path.join(folder, "hf") } }),
    exitCode: ExitCode.engineFailed,
    says: /example-org\/tiny-llama is not in the cache .* downloads are turned off \(HF_HUB_OFFLINE\)/,
  },
  {
    name: "a length above the model's",
    profile: () => ({ flags: { "max-model-len": 4096 } }),
    exitCode: ExitCode.engineFailed,
    says: /4096 is more than the 2,?048 tokens .* Set --max-model-len 2048\./,
  },
  {
    name: "another quantization than the checkpoint's",
    profile: async (desk) => ({
      model: await otherTiny(desk, "awq", { quantization_config: { quant_method: "awq", bits: 4, group_size: 128 } }),
      flags: { quantization: "gptq" },
    }),
    exitCode: ExitCode.engineFailed,
    says: /--quantization gptq does not match the checkpoint, which says awq/,
  },
  {
    name: "a flag that this version does not know",
    profile: () => ({ flags: { frobnicate: 3 } }),
    exitCode: ExitCode.usage,
    says: /vLLM 0\.32\.0\S* has no --frobnicate/,
  },
  {
    name: "a flag that this version no longer knows",
    profile: () => ({ flags: { "swap-space": 4 } }),
    exitCode: ExitCode.usage,
    says: /no --swap-space: it is gone since vLLM 0\.17\.0 .* Use kv-offloading-size/,
  },
];

interface Failure {
  name: string;
  profile: (desk: EngineDesk) => ProfileText | Promise<ProfileText>;
  cause: string;
  facts: Readonly<Record<string, unknown>>;
  says: RegExp;
  /** The run is stopped at the diagnosis: what is tried next depends on the machine. */
  isStopped?: true;
}

/** What vLLM itself refuses, and nothing but a person can mend. */
const failures: readonly Failure[] = [
  {
    name: "an unknown flag, where nobody could ask for the known ones",
    profile: async (desk) => ({ ...(await untoldVllm(desk)), flags: { frobnicate: 3 } }),
    cause: "bad_flag",
    facts: { flag: "--frobnicate" },
    says: /--frobnicate/,
  },
  {
    name: "a wrong value",
    profile: () => ({ flags: { "max-num-seqs": "many" } }),
    cause: "bad_flag",
    facts: { flag: "--max-num-seqs" },
    says: /--max-num-seqs/,
  },
  {
    name: "heads that cannot be divided",
    profile: () => ({ flags: { "tensor-parallel-size": 3 } }),
    cause: "tensor_parallel_invalid",
    facts: { tensorParallel: 3 },
    says: /2 attention heads cannot be divided by 3/,
    isStopped: true,
  },
  {
    name: "no tokenizer",
    profile: async (desk) => ({
      model: await otherTiny(desk, "no-tokenizer", {}, ["tokenizer.json", "tokenizer_config.json"]),
    }),
    cause: "tokenizer_or_chat_template",
    facts: {},
    says: /tokenizer/,
  },
  {
    name: "an unknown architecture",
    profile: async (desk) => ({
      model: await otherTiny(desk, "unknown-architecture", { architectures: ["LlamaNextForCausalLM"] }),
    }),
    cause: "architecture_unsupported",
    facts: { architecture: "LlamaNextForCausalLM" },
    says: /LlamaNextForCausalLM/,
  },
  {
    name: "no file of the chat template",
    profile: ({ folder }) => ({ flags: { "chat-template": path.join(folder, "chat.jinja") } }),
    cause: "tokenizer_or_chat_template",
    facts: {},
    says: /chat template/i,
  },
  {
    name: "more memory than the machine has",
    profile: () => ({ env: { VLLM_CPU_KVCACHE_SPACE: "4000" } }),
    cause: "gpu_memory_occupied",
    facts: { device: "cpu", wantedGiB: 4000, freeGiB: expect.any(Number), totalGiB: expect.any(Number) },
    says: /4000 GiB/,
    isStopped: true,
  },
];

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
