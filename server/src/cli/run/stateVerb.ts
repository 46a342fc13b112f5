import path from "node:path";
import { ExitCode } from "../../protocol/exitCode.ts";
import { readStatus, type RunState } from "../../run/io/readStatus.io.ts";
import { systemClock } from "../../util/systemClock.ts";
import { defineVerb } from "../verb.ts";
import { asCliError } from "./followRun.ts";
import { onePositional } from "./runOptions.ts";

/** `status` and `report` answer the same to machines, and differ in how much they tell people. */
export function stateVerb(
  name: string,
  words: { summary: string; description: string; shows: string },
  textOf: (state: RunState) => string,
) {
  return defineVerb({
    name,
    positionals: "DIR",
    summary: words.summary,
    description: words.description,
    options: { json: { type: "boolean", help: "One JSON document: the run's summary, its progress and causes." } },
    examples: [{ command: `vllm-batch ${name} requests.runs/001-llama-3.1-8b`, shows: words.shows }],
    run: async ({ positionals, options }, cli) => {
      const folder = path.resolve(cli.cwd, onePositional(positionals, "The run folder", name));
      try {
        const state = await readStatus(folder, systemClock.date());
        cli.print(options.json ? JSON.stringify(answerOf(state)) : textOf(state));
      } catch (error) {
        throw asCliError(error);
      }
      return ExitCode.ok;
    },
  });
}

function answerOf({ summary, running, interrupted, progress, causes, manifest }: RunState) {
  const { history, engine, input } = manifest;
  return { ...summary, running, interrupted, progress, causes, history, engine, input };
}
