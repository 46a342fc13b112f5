import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engineDiagnose } from "../../../../server/src/cli/verbs/engineDiagnose.ts";
import { ExitCode } from "../../../../server/src/protocol/exitCode.ts";
import { callCli, type CliAnswer } from "../../../support/cli/callCli.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "engine-diagnose-"));
});
afterEach(() => rm(folder, { recursive: true }));

const tooLong =
  "(EngineCore pid=9) ERROR 06-14 09:00:00 [core.py:1] ValueError: To serve at least one request with the model's max seq len (65536), (4.50 GiB KV cache is needed, which is larger than the available KV cache memory (4.03 GiB). Based on the available memory, the estimated maximum model length is 58656.";

const call = (argv: readonly string[], stdin = ""): Promise<CliAnswer> =>
  callCli([engineDiagnose], ["engine", "diagnose", ...argv], {
    cwd: folder,
    stdin: () => Readable.from([Buffer.from(stdin)]),
  });

describe("vllm-batch engine diagnose", () => {
  test("tells cause, sentence, line and what to do", async () => {
    await writeFile(path.join(folder, "vllm.log"), `INFO hello\n${tooLong}\n`);
    const { exitCode, printed } = await call(["vllm.log"]);
    expect(exitCode).toBe(ExitCode.no);
    expect(printed).toContain("kv_cache_too_small_for_max_len (confidence: high)");
    expect(printed).toContain("line 2: ValueError: To serve");
    expect(printed).toContain("in a profile: --max-model-len = 58656");
  });

  test("is one JSON document with --json, also from stdin", async () => {
    const { printed, said } = await call(["-", "--json"], tooLong);
    expect(said).toBe("");
    expect(JSON.parse(printed)).toMatchObject({
      cause: "kv_cache_too_small_for_max_len",
      facts: { estimatedMaxLen: 58656 },
    });
  });

  test("ends with 0 for a stop that was asked for, and with 1 when nothing is told", async () => {
    expect((await call(["-", "--stop-requested", "--exit-code", "0"], "INFO:     Shutting down\n")).exitCode).toBe(
      ExitCode.ok,
    );
    const silent = await call(["-", "--exit-code", "1"], "INFO hello\n");
    expect(silent.exitCode).toBe(ExitCode.no);
    expect(silent.printed).toContain("unknown (confidence: low)");
  });

  test("takes how the process ended", async () => {
    expect((await call(["-", "--signal", "kill"], "INFO hello\n")).printed).toContain(
      "host_oom_killed (confidence: low)",
    );
    expect((await call(["-", "--exit-code", "139"], "INFO hello\n")).printed).toContain("worker_died");
  });

  test("reads only the end of a large file, and keeps its line numbers", async () => {
    const line = `${"x".repeat(99)}\n`;
    await writeFile(path.join(folder, "large.log"), line.repeat(90_000) + tooLong);
    const { printed } = await call(["large.log", "--json"]);
    expect(JSON.parse(printed)).toMatchObject({ evidence: [{ line: 90_001 }] });
  });

  test("says what is wrong with its arguments", async () => {
    expect((await call(["nothing.log"])).exitCode).toBe(ExitCode.unusableInput);
    for (const argv of [[], ["a", "b"], ["-", "--exit-code", "many"], ["-", "--signal", "9!"]]) {
      expect((await call(argv)).exitCode).toBe(ExitCode.usage);
    }
  });
});
