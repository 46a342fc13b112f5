import path from "node:path";
import { expect } from "vitest";
import type { ProfileText } from "../../../bench/support/engineProfile.ts";
import { ExitCode } from "../../../server/src/protocol/exitCode.ts";
import type { EngineDesk } from "./engineDesk.ts";
import { otherTiny, untoldVllm } from "./startFaults.ts";

/** A profile that is refused before anything is started. */
export interface Refusal {
  name: string;
  profile: (desk: EngineDesk) => ProfileText | Promise<ProfileText>;
  exitCode: ExitCode;
  says: RegExp;
}

export const refusals: readonly Refusal[] = [
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

/** A profile that vLLM itself refuses. */
export interface Failure {
  name: string;
  profile: (desk: EngineDesk) => ProfileText | Promise<ProfileText>;
  cause: string;
  facts: Readonly<Record<string, unknown>>;
  says: RegExp;
  /** The run is stopped at the diagnosis: what is tried next depends on the machine. */
  isStopped?: true;
}

/** Nothing but a person can mend most of these. */
export const failures: readonly Failure[] = [
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
