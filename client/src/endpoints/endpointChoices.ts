/** The rows of the list of where a batch can be run. */
import path from "node:path";
import * as vscode from "vscode";
import type { Endpoint, FoundServer } from "./endpoint.ts";
import type { EngineProfile, EngineProfiles, ProfileFault } from "./engineProfile.ts";
import { profileText, startText } from "./profileWords.ts";
import { isSameEndpoint, isSameServer } from "./serverAddress.ts";

export type Choice = vscode.QuickPickItem & {
  endpoint?: Endpoint;
  asksForUrl?: true;
  /** A file with a mistake, to be opened. */
  faulty?: string;
};

/** What was found so far. */
export interface Offer extends EngineProfiles {
  servers: readonly FoundServer[];
}

/** @param current what was chosen before; null: nothing */
export function serverChoices(servers: readonly FoundServer[], current: Endpoint | null): Choice[] {
  const isKnown = current?.kind === "server" && !servers.some(({ url }) => isSameServer(url, current.url));
  const known = isKnown ? [current] : [];
  return [
    ...known.map((endpoint) => ({
      label: `$(server) ${endpoint.url}`,
      description: vscode.l10n.t("used last"),
      endpoint,
    })),
    ...servers.map(({ url, kind, version, models }) => ({
      label: `$(server) ${url}`,
      description: [kind, version ?? ""].join(" ").trim(),
      detail: models.length > 0 ? models.join(", ") : vscode.l10n.t("serves no model yet"),
      endpoint: { kind: "server", url } as const,
    })),
    { label: `$(link) ${vscode.l10n.t("Enter a URL…")}`, asksForUrl: true, alwaysShow: true },
  ];
}

export function allChoices({ servers, profiles, faults }: Offer, current: Endpoint | null): Choice[] {
  const real = profiles.filter(({ endpoint }) => endpoint.engine === "vllm");
  const simulated = profiles.filter(({ endpoint }) => endpoint.engine === "simulator");
  const started = [...real.map((one) => profileChoice(one, "rocket", current)), ...faults.map(faultChoice)];
  return [
    ...serverChoices(servers, current),
    ...(started.length > 0 ? [separator(vscode.l10n.t("started for the run")), ...started] : []),
    separator(vscode.l10n.t("made-up answers")),
    {
      label: `$(beaker) ${vscode.l10n.t("Simulator (no real answers)")}`,
      description: vscode.l10n.t("made-up texts, to try things out"),
      endpoint: { kind: "simulator" },
      alwaysShow: true,
    },
    ...simulated.map((one) => profileChoice(one, "beaker", current)),
  ];
}

function profileChoice(profile: EngineProfile, icon: string, current: Endpoint | null): Choice {
  const { endpoint } = profile;
  const used = isSameEndpoint(endpoint, current) ? [vscode.l10n.t("used last")] : [];
  return {
    label: `$(${icon}) ${startText(endpoint)}`,
    description: [...used, profileText(profile)].filter((part) => part !== "").join(" · "),
    endpoint,
  };
}

function faultChoice({ file, text }: ProfileFault): Choice {
  return {
    label: `$(warning) ${vscode.l10n.t("Not usable: {0}", path.basename(file))}`,
    description: text,
    faulty: file,
  };
}

function separator(label: string): Choice {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
