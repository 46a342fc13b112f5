import { LSPErrorCodes, ResponseError, type CancellationToken, type Disposable } from "vscode-languageserver";

/** The answer to a request that the editor has cancelled (LSP 3.17, Cancellation Support). */
export function notWanted(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, "Not wanted any more.");
}

/** A token of a request that was cancelled before its turn came tells nobody (vscode-jsonrpc 10, seen): so it is asked. */
export function onCancelled(token: CancellationToken, stop: () => void): Disposable {
  if (token.isCancellationRequested) stop();
  return token.onCancellationRequested(stop);
}

/** Waits for work until it is done, or the request for it is cancelled: then this throws at once, and the work goes on. */
export async function unlessCancelled(token: CancellationToken, work: Promise<void>): Promise<void> {
  const cancelled = Promise.withResolvers<undefined>();
  const listening = onCancelled(token, () => cancelled.resolve(undefined));
  await Promise.race([work, cancelled.promise]).finally(() => listening.dispose());
  if (token.isCancellationRequested) throw notWanted();
}
