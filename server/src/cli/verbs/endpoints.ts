import { findServers, type FoundServer } from "../../engine/attach/io/findServers.io.ts";
import { serverName, serverTitle } from "../../engine/attach/serverFacts.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { defineVerb } from "../verb.ts";

export const endpoints = defineVerb({
  name: "endpoints",
  positionals: "",
  summary: "Which servers on this machine could answer requests",
  description: [
    "Asks the usual ports of this machine (vLLM 8000, Ollama 11434, LM Studio 1234, llama.cpp 8080) what they are and",
    "which models they serve. Starts nothing and asks nothing outside this machine. Exit code 1: nobody is there.",
  ].join("\n"),
  options: {
    json: {
      type: "boolean",
      help: "One JSON document: [{url, server, kind, version, models}]; server: vllm|ollama|lmstudio|llamacpp|other.",
    },
  },
  examples: [{ command: "vllm-batch endpoints", shows: "What can --endpoint be?" }],
  run: async ({ options }, cli) => {
    const found = await findServers();
    if (options.json) cli.print(JSON.stringify(found.map(endpointRecord)));
    else for (const server of found) cli.print(`${server.url}  ${serverTitle(server)}  ${namesOf(server).join(", ")}`);
    if (found.length === 0) cli.say("No server that speaks OpenAI's protocol listens on the usual ports.");
    return found.length > 0 ? ExitCode.ok : ExitCode.no;
  },
});

/** `kind` is what a person calls it, as this verb has always written it; `server` is for programs. */
export function endpointRecord(found: FoundServer) {
  const { url, server, simulated, version } = found;
  const name = server === "other" ? "OpenAI-compatible" : serverName(server);
  return { url, server, kind: simulated ? `${name} simulator` : name, version, models: namesOf(found) };
}

function namesOf({ models }: FoundServer): string[] {
  return models ?? [];
}
