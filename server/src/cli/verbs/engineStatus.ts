import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { listEngines } from "../../engine/process/io/listEngines.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { engineFacts, engineText } from "../engine/engineTable.ts";
import { defineVerb } from "../verb.ts";

export const engineStatus = defineVerb({
  name: "engine status",
  positionals: "",
  summary: "Which engines of ours run on this machine, and who looks after them",
  description: [
    "Lists the engines that `run --profile` and `engine start` have started on this machine and that still live, with",
    "their settings, process and log. Other people's engines, and those started without us, are not ours to list.",
    "Exit code 1: none runs.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "One JSON document: [{id, profile, model, address, ready, pid, …}]." } },
  examples: [{ command: "vllm-batch engine status", shows: "Is something still on the GPU?" }],
  run: async ({ options }, cli) => {
    const engines = await listEngines(ownStateFolder(cli.env));
    if (options.json) cli.print(JSON.stringify(engines.map(engineFacts)));
    else for (const engine of engines) cli.print(engineText(engine));
    if (engines.length === 0) cli.say("No engine of vLLM Batch runs on this machine.");
    return engines.length > 0 ? ExitCode.ok : ExitCode.no;
  },
});
