import type { EngineAddress } from "../protocol/engine.ts";

/** The address of a server that was given by its URL. */
export function addressOf(url: string): EngineAddress {
  return { url, socketPath: null };
}

export function isSameAddress(one: EngineAddress, other: EngineAddress): boolean {
  return one.url === other.url && one.socketPath === other.socketPath;
}

/** What the HTTP client has to be told beside the URL. */
export function connectionTo({ socketPath }: EngineAddress): { socketPath?: string } {
  return socketPath === null ? {} : { socketPath };
}
