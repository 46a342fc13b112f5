import path from "node:path";
import { resumeRun } from "../../run/io/resumeRun.io.ts";
import { engineStarter } from "../engine/startEngine.ts";
import { followOptions, followRun } from "../run/followRun.ts";
import { numberOption } from "../run/numbers.ts";
import {
  engineOptions,
  onePositional,
  overrideOptions,
  profileOptions,
  readEngine,
  readOverrides,
} from "../run/runOptions.ts";
import { defineVerb } from "../verb.ts";

export const resume = defineVerb({
  name: "resume",
  positionals: "DIR",
  summary: "Go on with a run that was stopped or killed",
  description: [
    "Finds out from the files in DIR which requests have been answered, and sends the others. A run is resumed only as",
    "what it was: when the batch file has changed, or another model or setting is asked for, this refuses, as answers",
    "of two kinds would be mixed; --fork starts a new run instead. Settings that are not given stay as they were; an",
    "engine that had been started for the run is started again, with the settings that it had.",
  ].join("\n"),
  options: {
    ...engineOptions,
    ...profileOptions,
    "in-flight": { type: "string", value: "N", help: "Another number of requests in flight from now on." },
    "fail-under": { type: "string", value: "P", help: "Exit with 1 when fewer than P per cent were answered." },
    ...overrideOptions,
    fork: { type: "boolean", help: "When something has changed, start a new run with it." },
    ...followOptions,
  },
  examples: [{ command: "vllm-batch resume requests.runs/001-llama-3.1-8b", shows: "Go on where it ended" }],
  run: (args, cli) => {
    const { options } = args;
    const folder = path.resolve(cli.cwd, onePositional(args.positionals, "The run folder", "resume"));
    const inFlight = numberOption("in-flight", options["in-flight"], { min: 1, max: 4096, whole: true });
    const failUnder = numberOption("fail-under", options["fail-under"], { min: 0, max: 100 });
    const resumeOptions = {
      folder,
      engine: readEngine(options, cli.cwd),
      keepEngine: options["keep-engine"],
      ...(inFlight === undefined ? {} : { inFlight }),
      ...(failUnder === undefined ? {} : { failUnder }),
      overrides: readOverrides(options),
      fork: options.fork,
    };
    return followRun(
      (world) => resumeRun(resumeOptions, world),
      options,
      cli,
      (context) => engineStarter(context, options),
    );
  },
});
