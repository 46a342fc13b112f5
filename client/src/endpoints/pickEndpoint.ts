import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { addressFault, type Endpoint, type FoundServer } from "./endpoint.ts";
import type { Endpoints } from "./endpoints.ts";
import { addressFaultText } from "./endpointWords.ts";
import { isSameServer } from "./serverAddress.ts";

type Choice = vscode.QuickPickItem & { endpoint?: Endpoint; asksForUrl?: true };

/** Asks where to run: what listens on this machine, a URL, or the simulator. undefined when the person gives up. */
export async function pickEndpoint(endpoints: Endpoints, log: vscode.LogOutputChannel): Promise<Endpoint | undefined> {
  const found = vscode.l10n.t("Choose once; this workspace remembers it");
  const endpoint = await ask(endpoints, log, { found, offersSimulator: true });
  if (endpoint !== undefined) await endpoints.choose(endpoint);
  return endpoint;
}

/** Asks for a server for one run, which is not remembered for others. undefined when the person gives up. */
export async function pickServer(endpoints: Endpoints, log: vscode.LogOutputChannel): Promise<string | undefined> {
  const found = vscode.l10n.t("For this run only");
  const endpoint = await ask(endpoints, log, { found, offersSimulator: false });
  return endpoint?.kind === "server" ? endpoint.url : undefined;
}

interface Question {
  /** Said above the servers that were found. */
  found: string;
  offersSimulator: boolean;
}

async function ask(
  endpoints: Endpoints,
  log: vscode.LogOutputChannel,
  question: Question,
): Promise<Endpoint | undefined> {
  const choice = await pick(endpoints, log, question);
  return choice?.asksForUrl === true ? await askForUrl(endpoints) : choice?.endpoint;
}

async function pick(
  endpoints: Endpoints,
  log: vscode.LogOutputChannel,
  question: Question,
): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<Choice>();
  const search = new vscode.CancellationTokenSource();
  picker.title = vscode.l10n.t("Where should the requests go?");
  picker.placeholder = vscode.l10n.t("Looking for servers on this machine…");
  picker.matchOnDetail = true;
  picker.busy = true;
  picker.items = choices([], endpoints.current, question);
  const searched = endpoints.find(search.token).then(
    (found) => {
      picker.placeholder =
        found.length > 0 ? question.found : vscode.l10n.t("No server answers on the usual ports of this machine");
      picker.items = choices(found, endpoints.current, question);
    },
    (error: unknown) => {
      picker.placeholder = vscode.l10n.t("Servers on this machine could not be looked for");
      log.error(`Looking for servers: ${messageOf(error)}`);
    },
  );
  try {
    return await new Promise<Choice | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]));
      picker.onDidHide(() => resolve(undefined));
      picker.show();
      void searched.then(() => {
        picker.busy = false;
      });
    });
  } finally {
    search.cancel();
    // The list must not be touched after it is gone.
    await searched;
    search.dispose();
    picker.dispose();
  }
}

function choices(found: readonly FoundServer[], current: Endpoint | null, { offersSimulator }: Question): Choice[] {
  const isKnown = current?.kind === "server" && !found.some(({ url }) => isSameServer(url, current.url));
  const known = isKnown ? [current] : [];
  return [
    ...known.map((endpoint) => ({
      label: `$(server) ${endpoint.url}`,
      description: vscode.l10n.t("used last"),
      endpoint,
    })),
    ...found.map(({ url, kind, version, models }) => ({
      label: `$(server) ${url}`,
      description: [kind, version ?? ""].join(" ").trim(),
      detail: models.length > 0 ? models.join(", ") : vscode.l10n.t("serves no model yet"),
      endpoint: { kind: "server", url } as const,
    })),
    { label: `$(link) ${vscode.l10n.t("Enter a URL…")}`, asksForUrl: true, alwaysShow: true },
    ...(offersSimulator ? simulatorChoice() : []),
  ];
}

function simulatorChoice(): Choice[] {
  return [
    { label: "", kind: vscode.QuickPickItemKind.Separator },
    {
      label: `$(beaker) ${vscode.l10n.t("Simulator (no real answers)")}`,
      description: vscode.l10n.t("made-up texts, to try things out"),
      endpoint: { kind: "simulator" },
      alwaysShow: true,
    },
  ];
}

async function askForUrl(endpoints: Endpoints): Promise<Endpoint | undefined> {
  const url = await vscode.window.showInputBox({
    title: vscode.l10n.t("Address of an OpenAI-compatible server"),
    prompt: vscode.l10n.t("With or without /v1 at its end."),
    value: "http://127.0.0.1:8000",
    ignoreFocusOut: true,
    validateInput: (text) => {
      const fault = addressFault(text.trim());
      return fault === null ? undefined : addressFaultText(fault);
    },
  });
  if (url === undefined || !(await askForKey(endpoints, url.trim()))) return undefined;
  return { kind: "server", url: url.trim() };
}

/** Whether the person went on. */
export async function askForKey(endpoints: Endpoints, url: string): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: vscode.l10n.t("API key for {0}", url),
    prompt: vscode.l10n.t("Leave it empty if the server wants none. It is kept in VS Code's secret storage."),
    value: (await endpoints.keyOf(url)) ?? "",
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  await endpoints.keep(url, key.trim());
  return true;
}
