import { ExitCode } from "../../protocol/exitCode.ts";
import { readEndpoints } from "../doctor/readMachine.io.ts";
import { defineVerb } from "../verb.ts";

export const endpoints = defineVerb({
  name: "endpoints",
  positionals: "",
  summary: "Which servers on this machine could answer requests",
  description: [
    "Asks the usual ports of this machine (vLLM 8000, Ollama 11434, LM Studio 1234, llama.cpp 8080) which models they",
    "serve. Starts nothing and asks nothing outside this machine. Exit code 1: nobody is there.",
  ].join("\n"),
  options: {
    json: { type: "boolean", help: "One JSON document: [{url, kind, version, models}]." },
  },
  examples: [{ command: "vllm-batch endpoints", shows: "What can --endpoint be?" }],
  run: async ({ options }, cli) => {
    const found = await readEndpoints();
    if (options.json) cli.print(JSON.stringify(found));
    else for (const { url, kind, models } of found) cli.print(`${url}  ${kind}  ${models.join(", ")}`);
    if (found.length === 0) cli.say("No server that speaks OpenAI's protocol listens on the usual ports.");
    return found.length > 0 ? ExitCode.ok : ExitCode.no;
  },
});
