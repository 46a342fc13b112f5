import type { CodeEntry } from "./code.ts";

function line(model: string): string {
  const body = { model, messages: [{ role: "user", content: "Hello" }] };
  return JSON.stringify({ custom_id: "1", method: "POST", url: "/v1/chat/completions", body });
}

const served =
  "vLLM answers 404 for every model name but the one it serves: the model that it was started with, the names given " +
  "with `--served-model-name`, and LoRA modules. Because that is a flag of the engine, this is a warning.";

/** Problems of `body.model`. */
export const modelCodes: readonly CodeEntry[] = [
  {
    code: "model.ollama",
    severity: "warning",
    title: "The model name is Ollama's",
    why:
      `${served} Ollama's names have a tag behind a colon and stand for a file that is mostly quantised to about 4 bits; ` +
      "vLLM loads the publisher's repository on Hugging Face, mostly in 16 bits, so answers can differ and it needs more " +
      "memory. The fix is safe where Ollama's library says for certain what the name stands for, and otherwise a choice.",
    bad: line("llama3.1:8b"),
    good: line("meta-llama/Llama-3.1-8B-Instruct"),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "model.address",
    severity: "warning",
    title: "The model is written as an address on Hugging Face",
    why:
      `${served} Ollama takes GGUF files by an address such as \`hf.co/owner/name-GGUF:Q4_K_M\`. vLLM takes an id, ` +
      "`owner/name`, and runs best what the files were made from. The fix is safe where the publisher or a converter " +
      "that keeps names makes that certain.",
    bad: line("hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"),
    good: line("meta-llama/Llama-3.2-3B-Instruct"),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "model.openai",
    severity: "warning",
    title: "The model is one of OpenAI's own",
    why: `${served} Models such as gpt-4o cannot be had for vLLM. Put the name of the model that your engine serves.`,
    bad: line("gpt-4o-mini"),
    good: line("Qwen/Qwen3-8B"),
    fix: null,
    target: "vllm",
  },
  {
    code: "model.hosted",
    severity: "warning",
    title: "The model exists only in another company's API",
    why: `${served} The models of Anthropic's, Google's and other companies' APIs cannot be had for vLLM.`,
    bad: line("claude-3-5-sonnet-20241022"),
    good: line("Qwen/Qwen3-8B"),
    fix: null,
    target: "vllm",
  },
  {
    code: "model.spaces",
    severity: "warning",
    title: "The model name has spaces around it",
    why: `${served} Ollama cuts spaces off, vLLM compares the name as it stands.`,
    bad: line(" Qwen/Qwen3-8B"),
    good: line("Qwen/Qwen3-8B"),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "model.mapped",
    severity: "warning",
    title: "Your own map has another name for this model",
    why: `${served} You gave a map of model names, and this name is in it.`,
    userModels: { "my-alias": "Qwen/Qwen3-8B" },
    bad: line("my-alias"),
    good: line("Qwen/Qwen3-8B"),
    fix: "safe",
    target: "vllm",
  },
  {
    code: "model.notOpenai",
    severity: "warning",
    title: "The model is none of OpenAI's",
    why: "OpenAI's Batch API runs OpenAI's own models and their fine-tunes only. Check the file for vLLM, or name one of these.",
    bad: line("meta-llama/Llama-3.1-8B-Instruct"),
    good: line("gpt-4o-mini"),
    fix: null,
    target: "openai",
  },
];
