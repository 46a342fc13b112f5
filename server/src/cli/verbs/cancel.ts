import path from "node:path";
import { ExitCode } from "../../protocol/exitCode.ts";
import { cancelRun } from "../../run/io/cancelRun.io.ts";
import { asCliError, worldOf } from "../run/followRun.ts";
import { onePositional } from "../run/runOptions.ts";
import { summaryText } from "../run/summaryText.ts";
import { defineVerb } from "../verb.ts";

export const cancel = defineVerb({
  name: "cancel",
  positionals: "DIR",
  summary: "Stop a run for good; what was answered is kept",
  description: [
    "Asks the process that works on the run in DIR to stop at once, and waits until it has. A run that nobody works on",
    "is marked as cancelled. The answers stay where they are, and `vllm-batch resume DIR` can still go on.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "Print the summary as one JSON document." } },
  examples: [{ command: "vllm-batch cancel requests.runs/001-llama-3.1-8b", shows: "Stop it, keep what is there" }],
  run: async ({ positionals, options }, cli) => {
    const folder = path.resolve(cli.cwd, onePositional(positionals, "The run folder", "cancel"));
    try {
      const summary = await cancelRun(folder, worldOf(cli, new AbortController().signal));
      if (options.json) cli.print(JSON.stringify(summary));
      cli.say(summaryText(summary));
    } catch (error) {
      throw asCliError(error);
    }
    return ExitCode.ok;
  },
});
