import { expect, test } from "vitest";
import { endEngine } from "../../../../server/src/cli/engine/endEngine.ts";
import { CliError } from "../../../../server/src/cli/verb.ts";
import { ExitCode } from "../../../../server/src/protocol/exitCode.ts";

test("an engine that cannot be killed is told as an engine's failure, not as a bug", async () => {
  const failed = endEngine(() => Promise.reject(new Error("It cannot be killed.")));
  await expect(failed).rejects.toThrow(CliError);
  await expect(failed).rejects.toMatchObject({ message: "It cannot be killed.", exitCode: ExitCode.engineFailed });
});
