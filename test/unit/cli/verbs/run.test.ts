import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verbLoaders } from "../../../../server/src/cli/verbs.ts";
import { callCli } from "../../../support/cli/callCli.ts";
import { idsUpTo, requestLine, RunFixture } from "../../../support/run/runFixture.ts";
import { ScriptedServer, sendError } from "../../../support/run/scriptedServer.ts";

let server: ScriptedServer;
let fixture: RunFixture;

beforeEach(async () => {
  server = await ScriptedServer.start();
  fixture = new RunFixture();
});
afterEach(async () => {
  await server.stop();
  fixture.remove();
});

async function call(...argv: string[]) {
  const verbs = await Promise.all(Object.values(verbLoaders).map((load) => load()));
  return callCli(verbs, argv, { cwd: fixture.root });
}

const run = (...more: string[]) => call("run", "batch.jsonl", "--endpoint", server.url, "--out", "out", ...more);

describe("wrong usage", () => {
  it.each([
    [["run"], "The batch file is missing"],
    [["run", "a", "b", "--simulate"], "must be one, not several"],
    [["run", "a"], "Where should the requests go"],
    [["run", "a", "--endpoint", "http://h", "--simulate"], "exclude each other"],
    [["run", "a", "--endpoint", "localhost:8000"], "--endpoint takes a URL"],
    [["run", "a", "--simulate", "--order", "random"], "--order takes file or prefix"],
    [["run", "a", "--simulate", "--in-flight", "0"], "--in-flight takes a whole number from 1 to 4096"],
    [["run", "a", "--simulate", "--in-flight", "many"], '"many"'],
    [["run", "a", "--simulate", "--limit", "1.5"], "--limit takes a whole number"],
    [["run", "a", "--simulate", "--limit", "1", "--sample", "2"], "exclude each other"],
    [["run", "a", "--simulate", "--fail-under", "101"], "--fail-under takes a number from 0 to 100"],
    [["run", "a", "--simulate", "--temperature=-1"], "--temperature takes a number from 0 to 2"],
    [["run", "a"], "--profile NAME to have one started"],
    [["resume", "a", "--map-models"], "--map-models is for a server that is running"],
    [["retry", "a", "--map-models"], "--map-models is for a server that is running"],
    [["engine", "calibrate", "a", "--map-models"], "--map-models is for a server that is running"],
    [["run", "a", "--simulate", "--profile", "x"], "--simulate and --profile exclude each other"],
    [["run", "a", "--endpoint", "http://h", "--profile", "x"], "--endpoint and --profile exclude each other"],
    [["run", "a", "--endpoint", "http://h", "--simulate"], "--simulate and --endpoint exclude each other"],
    [["run", "a", "--profile", ""], "--profile takes the name"],
    [["run", "a", "--endpoint", "http://h", "--keep-engine"], "--keep-engine is for an engine that is started"],
    [["resume", "a", "--endpoint", "http://h", "--profile", "x"], "exclude each other"],
    [["retry", "a", "--endpoint", "http://h", "--profile", "x"], "exclude each other"],
    [["resume"], "The run folder is missing"],
    [["retry", "a", "b"], "must be one"],
    [["status"], "The run folder is missing"],
  ])("%j is told so, with exit code 2", async (argv, message) => {
    const answer = await call(...argv);
    expect(answer.exitCode).toBe(2);
    expect(answer.said).toContain(message);
  });
});

describe("run", () => {
  it("answers machines with one JSON document, and people beside it", async () => {
    fixture.write(5);
    const { exitCode, printed, said } = await run("--json", "--foreground");
    expect(exitCode).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ status: "completed", total: 5, completed: 5, folder: fixture.folder });
    expect(said).toContain("Done: 5 of 5 answered, 0 failed.");
  });

  it.each([
    [["--fail-under", "90"], 1],
    [["--fail-under", "75"], 0],
    [[], 1],
  ])("exits by what was asked for: %j → %i", async (options, exitCode) => {
    fixture.writeLines([requestLine(1), requestLine(2), requestLine(3), "{"]);
    expect((await run(...options)).exitCode).toBe(exitCode);
  });

  it.each([
    ["with --strict, a file with errors", ["--strict"], 3, "have errors"],
    ["a model that is not served", ["--model", "other"], 3, "does not serve"],
  ])("refuses %s", async (_name, options, code, message) => {
    fixture.writeLines([requestLine(1), "{"]);
    const { exitCode, said, printed } = await run(...options);
    expect(exitCode).toBe(code);
    expect(said).toContain(message);
    expect(printed).toBe("");
  });

  it("says where it looked when there is no engine, and exits with 4", async () => {
    fixture.write(1);
    await server.die();
    const { exitCode, said } = await run("--give-up-after", "0");
    expect(exitCode).toBe(4);
    expect(said).toContain(`The engine at ${server.url} cannot be used: nobody listens there (ECONNREFUSED).`);
  });

  it("exits with 4 when the engine fails for good, and with 0 when resumed on one that does not", async () => {
    fixture.write(20);
    server.script = ({ index }, response) => (index > 10 ? sendError(response, 503, "gone") : undefined);
    const stopped = await run("--give-up-after", "0.3", "--in-flight", "2");
    expect(stopped.exitCode).toBe(4);
    expect(stopped.said).toContain(`Go on: vllm-batch resume ${fixture.folder}`);
    server.script = () => undefined;
    expect((await call("resume", "out")).exitCode).toBe(0);
    expect(fixture.ids("output.jsonl").toSorted()).toEqual(idsUpTo(20).toSorted());
  });
});

it("tells status and report, and cancels only what is not complete", async () => {
  fixture.writeLines([requestLine(1), "{"]);
  await run();
  const status = await call("status", "out", "--json");
  expect(JSON.parse(status.printed)).toMatchObject({ status: "completed", completed: 1, failed: 1, running: false });
  const report = await call("report", "out");
  expect(report.printed).toMatch(/Why requests failed:\n +1 × json\./);
  expect((await call("cancel", "out")).exitCode).toBe(3);
  expect((await call("retry", "out")).exitCode).toBe(3);
});
