import { expect, test } from "vitest";
import { tunedExitCode } from "../../../../server/src/cli/engine/tuneContext.ts";
import { ExitCode } from "../../../../server/src/protocol/exitCode.ts";

test("a length that was found is a success, also when a later start failed for another reason", () => {
  expect(tunedExitCode({ found: 1024, reason: "unrelated", tries: [] })).toBe(ExitCode.ok);
  expect(tunedExitCode({ found: null, reason: "unrelated", tries: [] })).toBe(ExitCode.engineFailed);
  expect(tunedExitCode({ found: 1024, reason: "interrupted", tries: [] })).toBe(ExitCode.stopped);
});
