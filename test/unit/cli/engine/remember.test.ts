import { expect, test, vi } from "vitest";
import { rememberServed, rememberStarted } from "../../../../server/src/cli/engine/remember.ts";
import type { PreparedEngine } from "../../../../server/src/cli/engine/prepareEngine.ts";
import type { CliContext } from "../../../../server/src/cli/verb.ts";
import { aProfile } from "../../../support/engine/crash.ts";
import { tempFolder } from "../../../support/tempFolder.ts";

const prepared = (flags: Record<string, number>, model = "acme/tiny"): PreparedEngine => ({
  profile: aProfile(flags),
  chosen: new Set(),
  model,
  installation: null,
  gpus: null,
  modelFacts: null,
  useSocket: true,
});

test("a start gets the settings that worked with the same model before, for what is said when it is given up", async () => {
  const folder = await tempFolder();
  const say = vi.fn();
  const cli = { say } as unknown as CliContext;
  const small = prepared({ "max-num-seqs": 8 });
  expect(await rememberStarted(folder, small, cli)).toBeNull();
  await rememberServed(folder, small, { profile: small.profile, capacity: null, ranSeconds: 60, answers: 200 }, cli);
  const worked = await rememberStarted(folder, prepared({ "max-num-seqs": 64 }), cli);
  expect(worked).toMatchObject({ profile: small.profile, answers: 200 });
  expect(await rememberStarted(folder, prepared({}, "acme/other"), cli)).toBeNull();
  expect(say).not.toHaveBeenCalled();
});
