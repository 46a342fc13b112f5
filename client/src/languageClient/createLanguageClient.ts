import type * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type CloseHandlerResult,
  type ErrorHandler,
} from "vscode-languageclient/node";
import { languageServerNodeFlags, type InitializationOptions } from "../../../server/src/protocol/language.ts";
import type { Cli } from "../engineRoom/cli.ts";
import { RestartPolicy } from "./restartPolicy.ts";
import type { ServerHealth } from "../language/serverHealth.ts";

export interface LanguageClientParts {
  cli: Cli;
  log: vscode.LogOutputChannel;
  /** Address of the folder with a page on each problem code, with a slash at its end. */
  problemPages: string;
  onHealth: (health: ServerHealth) => void;
}

/** The client of our language server, not started yet. */
export function createLanguageClient({ cli, log, problemPages, onHealth }: LanguageClientParts): LanguageClient {
  const { path, env } = cli.command;
  const initializationOptions: InitializationOptions = { clientCommands: true, problemPages };
  const client = new LanguageClient(
    "vllmBatch",
    "vLLM Batch",
    {
      command: path,
      args: [...languageServerNodeFlags, cli.programPath, "language-server", "--stdio"],
      options: { env },
    },
    {
      documentSelector: [
        { language: "jsonl", scheme: "file" },
        { language: "jsonl", scheme: "untitled" },
      ],
      initializationOptions,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: errorHandler(log, onHealth),
      diagnosticPullOptions: { onChange: true },
    },
  );
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) onHealth({ kind: "running" });
  });
  return client;
}

/** Starts the server again when it ends by itself; after five times it tells, and leaves that to the person. */
function errorHandler(log: vscode.LogOutputChannel, onHealth: (health: ServerHealth) => void): ErrorHandler {
  const policy = new RestartPolicy();
  return {
    error: (error) => {
      log.error(`The connection to the language server: ${error.message}`);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: (): CloseHandlerResult => {
      const { restart, times } = policy.onEnd(performance.now());
      const message = restart
        ? `The language server ended unexpectedly. It is started again (${times} of 5).`
        : "The language server ended unexpectedly for the sixth time within three minutes. It stays off.";
      onHealth(restart ? { kind: "restarting", times } : { kind: "failed" });
      return { action: restart ? CloseAction.Restart : CloseAction.DoNotRestart, message, handled: true };
    },
  };
}
