import { ownStateFolder } from "../../engine/launch/places.io.ts";
import { endLeftover } from "../../engine/process/io/leftovers.io.ts";
import { listEngines } from "../../engine/process/io/listEngines.io.ts";
import { ExitCode } from "../../protocol/exitCode.ts";
import { messageOf } from "../../util/unknown.ts";
import { chooseEngine, engineFacts } from "../engine/engineTable.ts";
import { CliError, defineVerb } from "../verb.ts";

const GRACE_MS = 10_000;

export const engineStop = defineVerb({
  name: "engine stop",
  positionals: "[ID]",
  summary: "End an engine that was left running, with all its processes",
  description: [
    "Asks the engine and everything it has started to end (TERM), kills after 10 s what is left, and looks whether",
    "nothing is. An engine that a run works with is not touched: cancel that run. Nothing that is not ours is touched.",
  ].join("\n"),
  options: { json: { type: "boolean", help: "One JSON document: the engine that was ended." } },
  examples: [{ command: "vllm-batch engine stop", shows: "End the one that runs" }],
  run: async ({ positionals, options }, cli) => {
    const stateFolder = ownStateFolder(cli.env);
    const engine = chooseEngine(await listEngines(stateFolder), positionals[0]);
    const { id, model } = engine.record;
    const busy = (pid: number | string): CliError =>
      new CliError(`Process ${pid} works with the engine ${id}. Stop that first (vllm-batch cancel DIR).`, ExitCode.no);
    if (engine.owner !== null) throw busy(engine.owner.pid);
    try {
      if (!(await endLeftover(stateFolder, id, { graceMs: GRACE_MS }))) throw busy("of somebody else");
    } catch (error) {
      throw error instanceof CliError ? error : new CliError(messageOf(error), ExitCode.engineFailed);
    }
    if (options.json) cli.print(JSON.stringify(engineFacts(engine)));
    cli.say(`The engine ${id} (${model}) has ended; nothing of it is left.`);
    return ExitCode.ok;
  },
});
