import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Parts } from "../parts.ts";
import { showLogs, tell } from "../text/tell.ts";
import { commands } from "./table.ts";

/** Registers all commands. What goes wrong in one is told and logged, and goes no further. */
export function registerCommands(parts: Parts): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, load]) =>
    vscode.commands.registerCommand(id, async (...args: unknown[]) => {
      try {
        const { command } = await load();
        await command(parts, args);
      } catch (error) {
        // Somebody has changed their mind, which is no news.
        if (error instanceof vscode.CancellationError) return;
        parts.log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        tell(parts.log, "error", messageOf(error), showLogs(parts.log));
      }
    }),
  );
  return vscode.Disposable.from(...registered);
}
