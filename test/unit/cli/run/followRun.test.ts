/** What a person and a program see of a run whose engine is started for it. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConsentNeeded } from "../../../../server/src/cli/engine/consentNeeded.ts";
import { followRun } from "../../../../server/src/cli/run/followRun.ts";
import { CliError, type CliContext } from "../../../../server/src/cli/verb.ts";
import { startRun } from "../../../../server/src/run/io/startRun.io.ts";
import type { StartEngine } from "../../../../server/src/run/managedEngine.ts";
import type { ManagedChoice } from "../../../../server/src/run/startOptions.ts";
import { property } from "../../../../server/src/util/unknown.ts";
import { waitFor } from "../../../../scripts/waitFor.ts";
import { FakeEngine } from "../../../support/run/fakeEngine.ts";
import { RunFixture } from "../../../support/run/runFixture.ts";
import { ScriptedServer } from "../../../support/run/scriptedServer.ts";

let fixture: RunFixture;
let server: ScriptedServer;
let engine: FakeEngine;
let said: string[];
let bars: string[];
let interrupt: () => void;

beforeEach(async () => {
  fixture = new RunFixture();
  server = await ScriptedServer.start();
  engine = new FakeEngine();
  engine.address = server.address;
  said = [];
  bars = [];
});
afterEach(async () => {
  await server.stop();
  fixture.remove();
});

function cli(isTerminal: boolean): CliContext {
  return {
    print: () => undefined,
    say: (text) => said.push(text),
    drawProgress: (line) => bars.push(line),
    isTerminal,
    columns: 200,
    cwd: fixture.root,
    env: {},
    program: "vllm-batch test",
    programPath: "/none",
    stdin: () => (async function* () {})(),
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => undefined;
    },
  };
}

const isFolder = (line: unknown): boolean => property(line, "kind") === "folder";

function follow(progress: "text" | "json", startEngine: StartEngine = engine.start) {
  const choice: ManagedChoice = { kind: "managed", profile: "small", recorded: null, keep: false };
  const options = fixture.options("", {}, { engine: choice });
  return followRun(
    (world) => startRun(options, world),
    { progress, json: false },
    cli(true),
    () => startEngine,
  );
}

describe("the start of an engine", () => {
  it("is a line for each phase, and the figures are in the bar", async () => {
    fixture.write(3);
    const followed = follow("text");
    const shown = (text: string) => waitFor(text, () => bars.at(-1)?.includes(text));
    await shown("its program starts");
    for (const done of [1, 2, 3]) {
      engine.loads({ phase: "loading", done, total: 3 }, `it loads the weights, ${done} of 3`);
      await shown(`it loads the weights, ${done} of 3`);
    }
    engine.ready();
    expect(await followed).toBe(0);
    expect(said.filter((line) => line.startsWith("Waiting"))).toEqual([
      "Waiting for the engine: its program starts.",
      "Waiting for the engine: it loads the weights, 1 of 3.",
    ]);
  });

  it("is told to programs as phase and figures", async () => {
    fixture.write(3);
    const followed = follow("json");
    const progress = { phase: "loading", done: 2, total: 8 } as const;
    await waitFor("the run", () => engine.onChange);
    engine.loads(progress, "it loads the weights, 2 of 8");
    const reports = () => said.map((line): unknown => JSON.parse(line));
    const told = () => reports().find((line) => property(property(line, "engineStart"), "done") === 2);
    expect(await waitFor("the report", told)).toMatchObject({
      kind: "progress",
      notice: "Waiting for the engine: it loads the weights, 2 of 8.",
      engineStart: progress,
    });
    engine.ready();
    expect(await followed).toBe(0);
  });

  it("can be interrupted: the engine is ended, the exit code is 5", async () => {
    fixture.write(3);
    const followed = follow("text");
    await waitFor("the run", () => engine.onChange);
    interrupt();
    expect(await followed).toBe(5);
    expect(engine.released).toBe(1);
    expect(said.join("\n")).toContain("Go on: vllm-batch resume");
  });

  it("that fails for good gives exit code 4, with the reason and how to go on", async () => {
    fixture.write(3);
    const followed = follow("text");
    await waitFor("the run", () => engine.onChange);
    engine.fails("The GPU has 2.1 GiB free, and 12.6 are needed.");
    expect(await followed).toBe(4);
    expect(said.join("\n")).toContain("The engine failed. The GPU has 2.1 GiB free, and 12.6 are needed.");
    expect(said.join("\n")).toContain("Go on: vllm-batch resume");
  });

  it("that needs a person's consent is told to programs with what it is about, and as what went wrong", async () => {
    fixture.write(3);
    const request = { path: "/p.json", hash: "ab", parts: [{ kind: "variable" as const, text: "A=1" }] };
    const refusal = new ConsentNeeded("Nobody has confirmed it yet.", request);
    await expect(follow("json", () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(said.map((line): unknown => JSON.parse(line))).toEqual([{ kind: "consent", ...request }]);
    said = [];
    await expect(follow("text", () => Promise.reject(refusal))).rejects.toBe(refusal);
    expect(said).toEqual([]);
  });

  it("is told to programs once more when it has died, with what is changed", async () => {
    fixture.write(3);
    const followed = follow("json");
    await waitFor("the run", () => engine.onChange);
    const told = { number: 1, cause: "gpu_oom_runtime", why: "Half as many", diff: [] } as const;
    engine.order.onEvent({ at: "", event: "exit", code: 1 });
    engine.order.onEvent({ at: "", event: "rung", change: null, ...told });
    engine.ready();
    expect(await followed).toBe(0);
    const reports = said.map((line): unknown => JSON.parse(line));
    expect(reports.filter((line) => property(line, "kind") === "recovery")).toEqual([{ kind: "recovery", ...told }]);
    const kept = await readFile(path.join(String(property(reports.find(isFolder), "folder")), "events.jsonl"), "utf8");
    expect(kept).toContain('"state":"rung"');
  });

  it("tells programs in reports, whatever its starter has to say", async () => {
    fixture.write(3);
    const choice: ManagedChoice = { kind: "managed", profile: "small", recorded: null, keep: false };
    const options = fixture.options("", {}, { engine: choice });
    const starterFor =
      (context: CliContext): StartEngine =>
      (order) => {
        context.say("--some-flag is left out");
        return engine.start(order);
      };
    const followed = followRun(
      (world) => startRun(options, world),
      { progress: "json", json: false },
      cli(true),
      starterFor,
    );
    await waitFor("the run", () => engine.onChange);
    engine.ready();
    expect(await followed).toBe(0);
    const [first] = said;
    expect(JSON.parse(first ?? "")).toEqual({ kind: "message", text: "--some-flag is left out" });
  });

  it("that cannot be tried is told as its starter tells it", async () => {
    fixture.write(3);
    const mistake = new CliError("There is no profile small.", 2);
    await expect(follow("text", () => Promise.reject(mistake))).rejects.toBe(mistake);
  });
});
