/** What a program that follows a run is told, an object per line of stderr (`--progress json`). */
import type { EngineEvent, Rung } from "../../protocol/engine.ts";
import type { RunReport } from "../../protocol/runReport.ts";
import type { StartEngine } from "../../run/managedEngine.ts";
import type { CliContext } from "../verb.ts";

export function report(cli: CliContext, line: RunReport): void {
  cli.say(JSON.stringify(line));
}

export function sayAsReport(cli: CliContext): (text: string) => void {
  return (text) => report(cli, { kind: "message", text });
}

/** Starts engines, and reports each change of settings with which one is started again. */
export function tellingRungs(startEngine: StartEngine, cli: CliContext): StartEngine {
  return (order) => {
    const onEvent = (event: EngineEvent): void => {
      order.onEvent(event);
      if (!isRung(event)) return;
      const { number, cause, why, diff } = event;
      report(cli, { kind: "recovery", number, cause, why, diff });
    };
    return startEngine({ ...order, onEvent });
  };
}

/** Such an event has all that a rung has. */
function isRung(event: EngineEvent): event is EngineEvent & Rung {
  return event.event === "rung";
}
