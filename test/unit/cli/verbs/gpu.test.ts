import { afterEach, describe, expect, test } from "vitest";
import { waitFor } from "../../../../scripts/waitFor.ts";
import type { CliContext } from "../../../../server/src/cli/verb.ts";
import { gpu } from "../../../../server/src/cli/verbs/gpu.ts";
import { callCli } from "../../../support/cli/callCli.ts";
import { gb10, isAlive, replayTool, rtx4090, type RecordedGpu, type Replay } from "../../../support/gpu/replay.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function nvidia(body: string, gpus: readonly RecordedGpu[] = [rtx4090]): Promise<Replay> {
  const replay = await replayTool("nvidia-smi", body, gpus);
  cleanups.push(() => replay.remove());
  return replay;
}

const call = async (argv: readonly string[], world: Partial<CliContext>) =>
  await callCli([gpu], ["gpu", ...argv], world);

describe("the verb gpu", () => {
  test("with a replayed nvidia-smi shows a table, with a ? for what is not told", async () => {
    const { env } = await nvidia("all();", [rtx4090, gb10]);
    const { printed, said, exitCode } = await call([], { env });
    expect(printed.split("\n")).toEqual([
      "GPU  name                     memory used      free      load  temp   power",
      "0    NVIDIA GeForce RTX 4090  1.5 of 24.0 GiB  22.5 GiB  7 %   41 °C  22 of 450 W",
      "1    NVIDIA GB10              ?                ?         7 %   41 °C  22 W",
    ]);
    expect([said, exitCode]).toEqual(["", 0]);
  });

  test("with a replayed nvidia-smi whose driver is gone says so in words, and exits with 0", async () => {
    const { env } = await nvidia(
      `say("Failed to initialize NVML: Driver/library version mismatch"); process.exit(18);`,
    );
    const { printed, exitCode } = await call([], { env });
    expect(printed).toMatch(/^The NVIDIA driver was updated while it ran.*Restart the machine\.$/);
    expect(exitCode).toBe(0);
  });

  test("says that there is no GPU, and exits with 0", async () => {
    const once = await call([], { env: {} });
    expect(once).toMatchObject({ exitCode: 0, printed: expect.stringMatching(/^No GPU: there is no nvidia-smi/) });
    const watched = await call(["--watch"], { env: {} });
    expect(watched).toMatchObject({ exitCode: 0, printed: expect.stringMatching(/No GPU: there is no nvidia-smi/) });
  });

  test("with a replayed nvidia-smi prints one JSON document", async () => {
    const { env } = await nvidia("all();");
    const { printed, said } = await call(["--json"], { env });
    expect(JSON.parse(printed)).toMatchObject({
      at: expect.any(String),
      gpus: [{ index: 0, name: "NVIDIA GeForce RTX 4090", freeMiB: 23011, computeCapability: "8.9" }],
      fault: null,
      tool: "nvidia-smi",
    });
    expect(said).toBe("");
  });

  test("with a replayed nvidia-smi watches until it is interrupted, and leaves no process behind", async () => {
    const { env, lives } = await nvidia("replay(() => all());");
    const printed: string[] = [];
    let interrupt = (): void => undefined;
    const ended = call(["--watch"], {
      env,
      print: (line) => printed.push(line),
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
    });
    await waitFor("three lines", () => printed.length >= 3);
    interrupt();
    expect((await ended).exitCode).toBe(0);
    expect(printed[0]).toMatch(/^\d\d:\d\d:\d\d {2}GPU 0: 1\.5 of 24\.0 GiB, 7 %, 41 °C, 22 of 450 W$/);
    const [pid = 0] = await lives();
    expect(await isAlive(pid)).toBe(false);
  });

  test("cannot watch and print one document at once, and takes no arguments", async () => {
    expect((await call(["--watch", "--json"], { env: {} })).exitCode).toBe(2);
    expect((await call(["0"], { env: {} })).exitCode).toBe(2);
  });
});
