import type { Disposable, LogOutputChannel } from "vscode";
import * as vscode from "vscode";
import { servedModelsMethod, type ServedModelsParams } from "../../../server/src/protocol/language.ts";
import { messageOf } from "../../../server/src/util/unknown.ts";
import type { Language } from "../language/language.ts";
import type { Endpoints } from "./endpoints.ts";

/**
 * Tells the language server, which touches no network, which models can be had: those of the servers on this machine,
 * looked for when it starts and when an endpoint is chosen. Only in a trusted workspace.
 */
export function tellServedModels(endpoints: Endpoints, language: Language, log: LogOutputChannel): Disposable {
  const tell = async () => {
    if (!vscode.workspace.isTrusted || language.health.kind !== "running") return;
    try {
      const servers = await endpoints.find();
      const params: ServedModelsParams = { models: [...new Set(servers.flatMap(({ models }) => models))] };
      await language.notify(servedModelsMethod, params);
    } catch (error) {
      log.debug(`Models that are served are not known: ${messageOf(error)}`);
    }
  };
  return vscode.Disposable.from(
    language.onHealth(({ kind }) => {
      if (kind === "running") void tell();
    }),
    endpoints.onDidChange(() => void tell()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => void tell()),
  );
}
