import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { listEngines } from "../../engine/process/io/listEngines.io.ts";
import { gpuNow } from "../../gpu/gpuNow.ts";
import { gpuWords } from "../../gpu/gpuWords.ts";
import { readGpusOnce } from "../../gpu/io/readGpusOnce.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { engineFacts, engineText } from "../engine/engineTable.ts";
import { defineVerb, type CliContext } from "../verb.ts";

export const engineStatus = defineVerb({
  name: "engine status",
  positionals: "",
  summary: "Which engines of ours run on this machine, and who looks after them",
  description: [
    "Lists the engines that `run --profile` and `engine start` have started on this machine and that still live, with",
    "their settings, process and log, and below them how the GPUs are (`vllm-batch gpu` says more). Other people's",
    "engines, and those started without us, are not ours to list. Exit code 1: none runs.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "One JSON document: [{id, profile, model, address, ready, pid, …}]." } },
  examples: [{ command: "vllm-batch engine status", shows: "Is something still on the GPU?" }],
  run: async ({ options }, cli) => {
    const engines = await listEngines(ownStateFolder(cli.env));
    if (options.json) cli.print(JSON.stringify(engines.map(engineFacts)));
    else {
      for (const engine of engines) cli.print(engineText(engine));
      if (engines.length > 0) await printGpus(cli);
    }
    if (engines.length === 0) cli.say("No engine of vLLM Batch runs on this machine.");
    return engines.length > 0 ? ExitCode.ok : ExitCode.no;
  },
});

/** Longer than a driver that is awake takes; nobody waits for one that hangs. */
const GPU_DEADLINE_MS = 3_000;

async function printGpus(cli: CliContext): Promise<void> {
  const now = gpuNow(await readGpusOnce({ env: cli.env, deadlineMs: GPU_DEADLINE_MS }));
  if (now === null) return;
  const words = gpuWords(now);
  if (words !== "") cli.print(words);
  if (now.fault !== null) cli.print(now.fault);
}
