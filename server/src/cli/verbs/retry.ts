import path from "node:path";
import { retryRun } from "../../run/io/resumeRun.io.ts";
import { engineStarter } from "../engine/startEngine.ts";
import { followOptions, followRun } from "../run/followRun.ts";
import { engineOptions, onePositional, profileOptions, readEngine } from "../run/runOptions.ts";
import { defineVerb } from "../verb.ts";

export const retry = defineVerb({
  name: "retry",
  positionals: "DIR",
  summary: "Send the failed requests of a finished run once more",
  description: [
    "Sends the requests in errors.jsonl again, and adds their answers to output.jsonl. Those that fail again are in",
    "errors.jsonl again; the file as it was is kept as errors.1.jsonl and so on. Lines that were never sent because of",
    "errors in them stay where they are: mend the batch file for those, and start a new run.",
  ].join("\n"),
  options: {
    only: {
      type: "string",
      multiple: true,
      value: "ID",
      help: "Only the request with this custom_id; may be repeated.",
    },
    ...engineOptions,
    ...profileOptions,
    ...followOptions,
  },
  examples: [
    { command: "vllm-batch retry requests.runs/001-llama-3.1-8b", shows: "All that failed" },
    { command: "vllm-batch retry requests.runs/001-llama-3.1-8b --only ticket-17", shows: "One of them" },
  ],
  run: (args, cli) => {
    const folder = path.resolve(cli.cwd, onePositional(args.positionals, "The run folder", "retry"));
    const { options } = args;
    const engine = readEngine(options, cli.cwd);
    const retryOptions = { folder, only: options.only, engine, keepEngine: options["keep-engine"] };
    return followRun(
      (world) => retryRun(retryOptions, world),
      options,
      cli,
      (context) => engineStarter(context, options),
    );
  },
});
