import { describe, expect, test } from "vitest";
import { CancellationToken, CancellationTokenSource, LSPErrorCodes } from "vscode-languageserver/node";
import { onCancelled, unlessCancelled } from "../../../server/src/language/cancellation.ts";

const never = new Promise<void>(() => undefined);

describe("unlessCancelled", () => {
  test("waits for work", async () => {
    await unlessCancelled(new CancellationTokenSource().token, Promise.resolve());
  });

  test("does not wait when the request is cancelled meanwhile, or was before", async () => {
    const source = new CancellationTokenSource();
    const waiting = unlessCancelled(source.token, never);
    source.cancel();
    const isCancelled = { code: LSPErrorCodes.RequestCancelled };
    await expect(waiting).rejects.toMatchObject(isCancelled);
    await expect(unlessCancelled(source.token, never)).rejects.toMatchObject(isCancelled);
    await expect(unlessCancelled(CancellationToken.Cancelled, never)).rejects.toMatchObject(isCancelled);
  });

  test("says so too when the work was done by then", async () => {
    await expect(unlessCancelled(CancellationToken.Cancelled, Promise.resolve())).rejects.toThrow();
  });
});

test("what was cancelled before is stopped at once", () => {
  const stopped: string[] = [];
  onCancelled(CancellationToken.Cancelled, () => void stopped.push("at once"));
  expect(stopped).toEqual(["at once"]);
});
