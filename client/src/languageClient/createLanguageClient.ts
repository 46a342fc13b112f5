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
import { followed } from "../files/followed.ts";
import type { ServerHealth } from "../language/serverHealth.ts";
import { RestartPolicy, type RestartAdvice } from "./restartPolicy.ts";

export interface LanguageClientParts {
  cli: Cli;
  log: vscode.LogOutputChannel;
  /** Address of the folder with a page on each problem code, with a slash at its end. */
  problemPages: string;
  onHealth: (health: ServerHealth) => void;
  /** What is asked of the server from now on is answered by the settings as they are. */
  onSettingsTold: () => void;
}

/** The client of our language server, not started yet. */
export function createLanguageClient(parts: LanguageClientParts): LanguageClient {
  const { cli, log, problemPages, onHealth, onSettingsTold } = parts;
  const { path, env } = cli.command;
  const policy = new RestartPolicy();
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
      documentSelector: [...followed],
      initializationOptions,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: errorHandler(policy, log, onHealth),
      diagnosticPullOptions: { onChange: true },
      middleware: {
        workspace: {
          configuration: (params, token, next) => {
            // After the answer is on its way.
            setImmediate(onSettingsTold);
            return next(params, token);
          },
        },
      },
    },
  );
  client.onDidChangeState(({ newState }) => {
    if (newState !== State.Running) return;
    policy.onRunning();
    onHealth({ kind: "running" });
  });
  return client;
}

/** Starts the server again when it ends by itself; after five times it tells, and leaves that to the person. */
function errorHandler(
  policy: RestartPolicy,
  log: vscode.LogOutputChannel,
  onHealth: (health: ServerHealth) => void,
): ErrorHandler {
  return {
    error: (error) => {
      log.error(`The connection to the language server: ${error.message}`);
      return { action: ErrorAction.Continue, handled: true };
    },
    closed: (): CloseHandlerResult => {
      const advice = policy.onEnd(performance.now());
      const action = advice.kind === "restart" ? CloseAction.Restart : CloseAction.DoNotRestart;
      if (advice.kind === "restart") onHealth({ kind: "restarting", times: advice.times });
      if (advice.kind === "giveUp") onHealth({ kind: "failed" });
      return { action, message: restartText(advice), handled: true };
    },
  };
}

function restartText(advice: RestartAdvice): string {
  switch (advice.kind) {
    case "restart":
      return `The language server ended unexpectedly. It is started again (${advice.times} of 5).`;
    case "giveUp":
      return "The language server ended unexpectedly for the sixth time within three minutes. It stays off.";
    case "neverRan":
      return "The language server ended before it was ready.";
  }
}
