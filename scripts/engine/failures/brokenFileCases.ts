import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { FailureCase } from "./failureCase.ts";
import { tinyWith } from "./modelFolder.ts";

/** A model one of whose files holds nothing, or something else. At the end of the table: nothing gets another number. */
export const brokenFileCases: readonly FailureCase[] = [
  {
    name: "config-empty",
    cause: "architecture_unsupported",
    phase: "start",
    alsoAccept: ["model_not_found"],
    remedy: "config.json names no model_type: the download is not whole, or this is no model",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await writeFile(path.join(model, "config.json"), "{}\n");
      return { model };
    },
  },
  {
    name: "weights-empty-file",
    cause: "hub_offline_or_network",
    phase: "start",
    alsoAccept: ["model_not_found"],
    remedy: "model.safetensors is empty: download it again",
    tricky: "an exception of safetensors, no text of vLLM",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await writeFile(path.join(model, "model.safetensors"), "");
      return { model, flags: { "load-format": "auto" } };
    },
  },
  {
    name: "tokenizer-of-another-library",
    cause: "tokenizer_or_chat_template",
    phase: "start",
    remedy: "tokenizer.json was written by another version of tokenizers: upgrade, or take another tokenizer",
    prepare: async (scene) => {
      const model = await tinyWith(scene);
      await writeFile(path.join(model, "tokenizer.json"), '{"version":"1.0","model":{"type":"Quantum","vocab":7}}');
      return { model };
    },
  },
];
