import { randomUUID } from "node:crypto";
import type { CancellationToken, Progress, Uri } from "vscode";
import { WorkDoneProgress } from "vscode-languageclient/node";
import * as protocol from "../../../server/src/protocol/language.ts";
import type { Language } from "../language/language.ts";

/** Where to tell how far it is: VS Code adds up the increments, of 100 in all. */
export type DiskProgress = Progress<{ increment: number }>;

/** Checks a file where it lies, with its problems published by its address. */
export function checkOnDisk(
  language: Language,
  uri: Uri,
  progress?: DiskProgress,
  token?: CancellationToken,
): Promise<protocol.FileState> {
  return ask(language, protocol.checkOnDiskMethod, { uri: uri.toString() }, progress, token);
}

/** @param backup where a copy is made before; null: only count what would be done */
export function fixOnDisk(
  language: Language,
  uri: Uri,
  backup: Uri | null,
  progress?: DiskProgress,
  token?: CancellationToken,
): Promise<protocol.MendedOnDisk> {
  const params = { uri: uri.toString(), backup: backup?.toString() ?? null };
  return ask(language, protocol.fixOnDiskMethod, params, progress, token);
}

async function ask<R>(
  language: Language,
  method: string,
  params: object,
  progress?: DiskProgress,
  token?: CancellationToken,
): Promise<R> {
  const client = await language.client();
  const workDoneToken = randomUUID();
  let told = 0;
  const listening = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
    if (value.kind === "end" || value.percentage === undefined) return;
    progress?.report({ increment: value.percentage - told });
    told = value.percentage;
  });
  try {
    return await language.request<R>(method, { ...params, workDoneToken }, token);
  } finally {
    listening.dispose();
  }
}
