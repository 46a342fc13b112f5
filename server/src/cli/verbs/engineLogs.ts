import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { listEngines } from "../../engine/process/io/listEngines.io.ts";
import { plainText } from "../../engine/process/plainText.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { openLog, readLogEnd } from "../diagnose/readLogEnd.io.ts";
import { chooseEngine } from "../engine/engineTable.ts";
import { newestLog } from "../engine/logFiles.io.ts";
import { numberOption } from "../run/numbers.ts";
import { CliError, defineVerb } from "../verb.ts";

const USUAL_LINES = 200;

export const engineLogs = defineVerb({
  name: "engine logs",
  positionals: "[ID]",
  summary: "The last lines that an engine printed",
  description: [
    "Prints the end of the log of an engine that runs, or, when none does, of the one that ran last. The log of each run",
    "is engine.log in its folder; `vllm-batch engine diagnose FILE` says what it means.",
  ].join("\n"),
  options: { lines: { type: "string", value: "N", help: `How many lines (default: ${USUAL_LINES}).` } },
  examples: [{ command: "vllm-batch engine logs --lines 50", shows: "What did it say last?" }],
  run: async ({ positionals, options }, cli) => {
    const count = numberOption("lines", options.lines, { min: 1, whole: true }) ?? USUAL_LINES;
    const stateFolder = ownStateFolder(cli.env);
    const engines = await listEngines(stateFolder);
    const isAboutLast = engines.length === 0 && positionals.length === 0;
    const file = isAboutLast ? await newestLog(stateFolder) : chooseEngine(engines, positionals[0]).record.logFile;
    if (file === null) throw new CliError("No engine has been started yet.", ExitCode.no);
    const text = await readLogEnd(openLog(file));
    cli.say(file);
    cli.print(text.trimEnd().split("\n").slice(-count).map(plainText).join("\n"));
    return ExitCode.ok;
  },
});
