import * as vscode from "vscode";
import { messageOf } from "../../../server/src/util/unknown.ts";
import { addressFault, type Endpoint } from "./endpoint.ts";
import { allChoices, serverChoices, type Choice, type Offer } from "./endpointChoices.ts";
import type { Endpoints } from "./endpoints.ts";
import { addressFaultText } from "./endpointWords.ts";

/**
 * Asks where to run: what listens on this machine, a URL, an engine that is started for it, or the simulator. undefined
 * when the person gives up.
 * @param cwd the folder of the workspace, which may have profiles; undefined: none
 */
export async function pickEndpoint(
  endpoints: Endpoints,
  log: vscode.LogOutputChannel,
  cwd: string | undefined,
): Promise<Endpoint | undefined> {
  const found = vscode.l10n.t("Choose once; this workspace remembers it");
  const endpoint = await ask(endpoints, {
    found,
    look: async (token) => {
      const [servers, profiles] = await Promise.all([
        endpoints.find(token),
        // What can be started here is one thing, what runs another.
        endpoints.profiles(cwd, token).catch((error: unknown) => {
          log.error(`Looking for profiles: ${messageOf(error)}`);
          return { profiles: [], faults: [] };
        }),
      ]);
      for (const { file, text } of profiles.faults) log.warn(`${file}: ${text}`);
      return { servers, ...profiles };
    },
    choices: (offer) => allChoices(offer, endpoints.current),
    log,
  });
  if (endpoint !== undefined) await endpoints.choose(endpoint);
  return endpoint;
}

/** Asks for a server for one run, which is not remembered for others. undefined when the person gives up. */
export async function pickServer(endpoints: Endpoints, log: vscode.LogOutputChannel): Promise<string | undefined> {
  const endpoint = await ask(endpoints, {
    found: vscode.l10n.t("For this run only"),
    look: async (token) => ({ servers: await endpoints.find(token), profiles: [], faults: [] }),
    choices: ({ servers }) => serverChoices(servers, endpoints.current),
    log,
  });
  return endpoint?.kind === "server" ? endpoint.url : undefined;
}

interface Question {
  /** Said above the servers that were found. */
  found: string;
  look: (token: vscode.CancellationToken) => Promise<Offer>;
  choices: (offer: Offer) => Choice[];
  log: vscode.LogOutputChannel;
}

async function ask(endpoints: Endpoints, question: Question): Promise<Endpoint | undefined> {
  const choice = await pick(question);
  if (choice?.faulty !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(choice.faulty));
  return choice?.asksForUrl === true ? await askForUrl(endpoints) : choice?.endpoint;
}

async function pick({ found, look, choices, log }: Question): Promise<Choice | undefined> {
  const picker = vscode.window.createQuickPick<Choice>();
  const search = new vscode.CancellationTokenSource();
  picker.title = vscode.l10n.t("Where should the requests go?");
  picker.placeholder = vscode.l10n.t("Looking for servers on this machine…");
  picker.matchOnDetail = true;
  picker.busy = true;
  picker.items = choices({ servers: [], profiles: [], faults: [] });
  const searched = look(search.token).then(
    (offer) => {
      const none = vscode.l10n.t("No server answers on the usual ports of this machine");
      picker.placeholder = offer.servers.length > 0 ? found : none;
      show(picker, choices(offer));
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

/** What the person has gone to stays marked: Enter must not take another row because one has come. */
function show(picker: vscode.QuickPick<Choice>, items: readonly Choice[]): void {
  const [marked] = picker.activeItems;
  const isFirst = marked === picker.items.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
  picker.items = items;
  if (!isFirst) picker.activeItems = items.filter(({ label }) => label === marked?.label);
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
