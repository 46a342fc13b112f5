import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { replaceFile } from "../../util/atomicFile.io.ts";
import { isObject, property } from "../../util/unknown.ts";
import type { ConsentRequest } from "../../protocol/engine.ts";
import { consentText, type ProgramIdentity } from "./consent.ts";

export interface ConsentOptions {
  stateFolder: string;
  /** Shows the text and asks whether to go on; null: nobody is there to be asked. */
  ask: ((text: string) => Promise<boolean>) | null;
  /** A person has said beforehand (`--trust`) that they agree to what there is now. */
  trust: boolean;
  /** Hash of what a person has confirmed elsewhere (`--consent`); it is worth nothing for any other content. */
  confirmed?: string | undefined;
  /** ISO 8601, for the record. */
  at: string;
}

/** unasked: nobody is there to say yes or no to it. */
export type ConsentAnswer = { given: true } | { given: false; message: string; unasked: ConsentRequest | null };

/** Looks the request up, asks when it is new, and writes a yes down for the next time. null needs nothing. */
export async function obtainConsent(request: ConsentRequest | null, options: ConsentOptions): Promise<ConsentAnswer> {
  if (request === null) return { given: true };
  const file = path.join(options.stateFolder, "consents.json");
  const consents = await readConsents(file);
  if (consents.some((consent) => consent.path === request.path && consent.hash === request.hash))
    return { given: true };
  if (!options.trust && options.confirmed !== request.hash) {
    const text = consentText(request);
    if (options.ask === null) {
      const message = `${text}\nNobody has confirmed it yet. Look at it, then add --trust.`;
      return { given: false, message, unasked: request };
    }
    if (!(await options.ask(text)))
      return { given: false, message: "Not confirmed, so nothing was started.", unasked: null };
  }
  await writeConsents(file, [...consents, { path: request.path, hash: request.hash, at: options.at }]);
  return { given: true };
}

/** null: there is no such file, or it cannot be read. */
export async function programIdentity(program: string): Promise<ProgramIdentity | null> {
  try {
    const realPath = await realpath(program);
    const { size, mtimeMs } = await stat(realPath);
    const sha256 = createHash("sha256")
      .update(await readFile(realPath))
      .digest("hex");
    return { realPath, size, mtimeMs, sha256 };
  } catch {
    // It can then not be started either.
    return null;
  }
}

interface Consent {
  path: string;
  hash: string;
  at: string;
}

/** A file that cannot be read or is not ours holds no consent: the person is asked again. */
async function readConsents(file: string): Promise<Consent[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const list = property(parse(text), "consents");
  return Array.isArray(list) ? list.filter(isConsent) : [];
}

function isConsent(value: unknown): value is Consent {
  return isObject(value) && ["path", "hash", "at"].every((key) => typeof value[key] === "string");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function writeConsents(file: string, consents: readonly Consent[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  await replaceFile(file, async (handle) => {
    // Whoever may write here says yes for this person.
    await handle.chmod(0o600);
    await handle.writeFile(`${JSON.stringify({ version: 1, consents }, null, 2)}\n`);
  });
}
