import path from "node:path";
import { adviseForOllama } from "../../batch/models/ollamaNames.ts";
import { resolveModel, type ModelAdvice } from "../../batch/models/resolveModel.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { LineSplitter } from "../../util/lineSplitter.ts";
import { readModelMap } from "../modelMap.io.ts";
import { CliError, defineVerb, type CliContext } from "../verb.ts";

export const models = defineVerb({
  name: "models",
  positionals: "[NAME…]",
  summary: "Which repository on Hugging Face a model name stands for",
  description: [
    "Looks up names of Ollama's (llama3.1:8b), GGUF addresses (hf.co/owner/name-GGUF:Q4_K_M) and the like in a table of",
    "its own, without asking the network. Without names, reads them from standard input, one a line, spaces and all.",
    "rewrite: certain, `fix` does it. suggest: choose one yourself. keep: an id, a path, a served name, a LoRA or a name",
    "that nobody knows stays as it is.",
  ].join("\n"),
  options: {
    map: { type: "string", value: "FILE", help: `Your own names, which win: a JSON object {"name": "model"}.` },
    ollama: { type: "boolean", help: "The other way round: what Ollama calls a repository, for `ollama pull`." },
    json: { type: "boolean", help: "One JSON document: [{name, action, model, candidates, gated, why}]." },
  },
  examples: [
    { command: "vllm-batch models llama3.1:8b qwen3", shows: "What to call these two in vLLM" },
    {
      command: "ollama list | awk 'NR>1 {print $1}' | vllm-batch models",
      shows: "The same for all that Ollama has here",
    },
    { command: "vllm-batch models --ollama Qwen/Qwen2.5-7B-Instruct", shows: "What to pull for this one" },
  ],
  run: async ({ positionals, options }, cli) => {
    if (options.ollama && options.map !== undefined) {
      throw new CliError("--ollama and --map exclude each other.", ExitCode.usage);
    }
    const userModels = options.map === undefined ? {} : await readModelMap(path.resolve(cli.cwd, options.map));
    const names = positionals.length > 0 ? positionals : await readNames(cli);
    const advice = names.map((name) => (options.ollama ? adviseForOllama(name) : resolveModel(name, userModels)));
    if (options.json) cli.print(JSON.stringify(advice));
    else for (const one of advice) cli.print(describe(one));
    return ExitCode.ok;
  },
});

/** One name a line, as it stands there. Empty lines count, so that answers can be matched by position. */
async function readNames(cli: CliContext): Promise<string[]> {
  if (cli.isTerminal) cli.say("Reading names from standard input, one a line.");
  const names: string[] = [];
  const lines = new LineSplitter();
  const add = (line: { bytes: Buffer }): void => {
    names.push(line.bytes.toString("utf8").replace(/\r$/, ""));
  };
  for await (const chunk of cli.stdin()) lines.push(chunk, add);
  lines.end(add);
  return names;
}

function describe({ name, action, model, candidates, gated, why }: ModelAdvice): string {
  const lock = gated === true ? " (gated)" : "";
  const others = action === "suggest" && candidates.length > 1 ? `\n    or ${candidates.slice(1).join(", ")}` : "";
  const answer = model === null ? "keep" : `${action} ${model}${lock}`;
  return `${name}\n  → ${answer}${others}\n    ${why}`;
}
