import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { CliProcess } from "../support/run/cliProcess.ts";
import { startOllama } from "../support/run/foreignServers.ts";
import { RunFixture } from "../support/run/runFixture.ts";

const qwen = "Qwen/Qwen2.5-7B-Instruct";
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

describe("the program on a stand-in for Ollama", () => {
  it("refuses a file with Hugging Face's names, tells the option, and runs with it", async () => {
    const server = await startOllama(["qwen2.5:7b-instruct"]);
    const run = new RunFixture().write(20, { model: qwen });
    cleanups.push(
      () => server.stop(),
      () => run.remove(),
    );
    const args = ["run", run.input, "--endpoint", `${server.url}/v1`, "--out", run.folder];
    const refused = new CliProcess(args);
    expect(await refused.ended()).toBe(3);
    expect(refused.stderr).toContain(`"${qwen}" is "qwen2.5:7b-instruct". To have that name sent: --map-models`);
    const mapped = new CliProcess([...args, "--map-models"]);
    expect(await mapped.ended()).toBe(0);
    expect(mapped.stderr).toContain(`"${qwen}" is sent as "qwen2.5:7b-instruct".`);
    expect(new Set(server.asked)).toEqual(new Set(["qwen2.5:7b-instruct"]));
    expect(run.ids("output.jsonl")).toHaveLength(20);
    const report = new CliProcess(["report", run.folder]);
    expect(await report.ended()).toBe(0);
    expect(report.stdout).toContain(`model ${qwen} sent as qwen2.5:7b-instruct`);
    expect(JSON.parse(readFileSync(path.join(run.folder, "run.json"), "utf8"))).toMatchObject({
      engine: { server: "ollama" },
    });
  });

  it("takes --map-models for a server that is running, and for nothing else", async () => {
    const run = new RunFixture().write(1);
    cleanups.push(() => run.remove());
    const process = new CliProcess(["run", run.input, "--simulate", "--map-models"]);
    expect(await process.ended()).toBe(2);
    expect(process.stderr).toContain("--map-models is for a server that is running");
  });
});
