/** What must not happen to a run, with the program as it ships and real disks, signals and processes. */
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { property } from "../../server/src/util/unknown.ts";
import { CliProcess } from "../support/run/cliProcess.ts";
import { mountsRefused, SmallDisk } from "../support/run/mountNamespace.ts";
import { idsUpTo, requestLine, RunFixture } from "../support/run/runFixture.ts";
import { ScriptedServer, sendAnswer } from "../support/run/scriptedServer.ts";
import { waitFor } from "../../scripts/waitFor.ts";

let server: ScriptedServer;
let fixture: RunFixture;
let running: CliProcess[];

beforeEach(async () => {
  server = await ScriptedServer.start();
  fixture = new RunFixture();
  running = [];
});
afterEach(async () => {
  for (const process of running) if (!process.isOver) process.signal("SIGKILL");
  await Promise.all(running.map((process) => process.ended()));
  await server.stop();
  fixture.remove();
});

function cli(args: readonly string[], prefix: readonly string[] = []): CliProcess {
  const process = new CliProcess(args, prefix);
  running.push(process);
  return process;
}

const start = (out = fixture.folder, prefix: readonly string[] = [], more: readonly string[] = []) =>
  cli(["run", fixture.input, "--endpoint", server.url, "--in-flight", "4", "--out", out, "--json", ...more], prefix);

/** Answers each request after some milliseconds, so that there is time to do something to the run. */
function answerSlowly(delayMs = 5): void {
  server.script = (received, response) => {
    answerLater(() => void sendAnswer(response, received), delayMs);
    return "handled";
  };
}

// eslint-disable-next-line no-restricted-globals -- a server that takes its time; no test waits for it by the clock.
const answerLater = (answer: () => void, delayMs: number) => void setTimeout(answer, delayMs);

const sorted = (ids: string[]) => ids.sort((a, b) => Number(a.slice(3)) - Number(b.slice(3)));

/** Goes on with the run to its end, and sees that every id is there once. */
async function expectResumable(count: number): Promise<void> {
  server.script = () => undefined;
  const resumed = cli(["resume", fixture.folder, "--json"]);
  expect(await resumed.ended(), resumed.stderr).toBe(0);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", total: count, completed: count, failed: 0 });
  expect(sorted(fixture.ids("output.jsonl"))).toEqual(sorted(idsUpTo(count)));
}

describe("a disk that is full", () => {
  const refused = mountsRefused();
  const disk = () => path.join(fixture.root, "disk");

  it.skipIf(refused)("stops the run with a clear message and loses nothing; with room, a resume goes on", async () => {
    fixture.write(3000);
    mkdirSync(disk());
    const small = await SmallDisk.mount(disk(), "300k");
    try {
      const run = path.join(disk(), "run");
      const process = start(run, small.prefix);
      await waitFor("the disk to be full", () => process.stderr.includes("The disk is full"), { timeoutMs: 60_000 });
      process.signal("SIGINT");
      expect(await process.ended(), process.stderr).toBe(5);
      expect(process.stderr).toContain("Free some space");
      // Whole lines, whatever the disk took.
      for (const line of lines(small.run("cat", path.join(run, "output.jsonl")))) JSON.parse(line);
      small.resize("64m");
      const resumed = cli(["resume", run, "--json"], small.prefix);
      expect(await resumed.ended(), resumed.stderr).toBe(0);
      const ids = lines(small.run("cat", path.join(run, "output.jsonl"))).map(idOf);
      expect(sorted(ids)).toEqual(sorted(idsUpTo(3000)));
    } finally {
      await small.unmount();
    }
  });

  it.skipIf(refused)("is waited for: when there is room again, the run goes on by itself", async () => {
    fixture.write(3000);
    mkdirSync(disk());
    const small = await SmallDisk.mount(disk(), "300k");
    try {
      const run = path.join(disk(), "run");
      const process = start(run, small.prefix);
      await waitFor("the disk to be full", () => process.stderr.includes("The disk is full"), { timeoutMs: 60_000 });
      const received = server.received.length;
      expect(received).toBeLessThan(3000);
      small.resize("64m");
      expect(await process.ended(), process.stderr).toBe(0);
      expect(server.received).toHaveLength(3000);
      const ids = lines(small.run("cat", path.join(run, "output.jsonl"))).map(idOf);
      expect(sorted(ids)).toEqual(sorted(idsUpTo(3000)));
    } finally {
      await small.unmount();
    }
  });

  it.skipIf(refused)("or read-only, keeps a run from beginning", async () => {
    fixture.write(3);
    mkdirSync(disk());
    const small = await SmallDisk.mount(disk(), "300k");
    try {
      small.makeReadOnly();
      const process = start(path.join(disk(), "run"), small.prefix);
      expect(await process.ended()).toBe(3);
      expect(process.stderr).toContain("read-only");
      expect(server.received).toEqual([]);
    } finally {
      await small.unmount();
    }
  });
});

describe("a folder that may not be written", () => {
  // Root may write everywhere; so may not another user.
  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)("keeps a run from beginning, and says what to do", async () => {
    fixture.write(3);
    chmodSync(fixture.root, 0o755);
    const prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const process = start(path.join(fixture.root, "nobody"), prefix);
    expect(await process.ended(), process.stderr).toBe(3);
    expect(process.stderr).toMatch(/we may not write there. Give another place with --out DIR/);
    expect(server.received).toEqual([]);
  });
});

describe("somebody who changes the run folder", () => {
  it("by removing it, gets it back with every answer, and the run stops", async () => {
    fixture.write(2000);
    answerSlowly();
    const process = start();
    await waitFor("some answers", () => server.received.length > 300);
    rmSync(fixture.folder, { recursive: true });
    expect(await process.ended(), process.stderr).toBe(5);
    expect(process.stderr).toContain("was removed by another program");
    expect(process.stderr).toContain("was put back");
    const kept = fixture.ids("output.jsonl").length;
    expect(kept).toBeGreaterThanOrEqual(290);
    server.received.length = 0;
    await expectResumable(2000);
    expect(server.received).toHaveLength(2000 - kept);
  });

  it("by cutting the output file, stops the run; what is gone is asked again", async () => {
    fixture.write(2000);
    answerSlowly();
    const process = start();
    await waitFor("some answers", () => server.received.length > 300);
    truncateSync(path.join(fixture.folder, "output.jsonl"), 1000);
    expect(await process.ended(), process.stderr).toBe(5);
    expect(process.stderr).toContain("was cut by another program");
    expect(statSync(path.join(fixture.folder, "output.jsonl")).size).toBe(1000);
    await expectResumable(2000);
  });
});

describe("two processes on one run", () => {
  it("do not get in each other's way: one works, the other is told who does", async () => {
    fixture.write(300);
    const held: (() => void)[] = [];
    server.script = (received, response) => {
      if (received.index !== 200) return undefined;
      held.push(() => void sendAnswer(response, received));
      return "handled";
    };
    const first = start();
    await waitFor("one that waits", () => held.length === 1);
    const second = cli(["resume", fixture.folder]);
    expect(await second.ended()).toBe(3);
    expect(second.stderr).toContain(`Another process works on this run: number ${first.child.pid ?? 0} `);
    for (const release of held) release();
    expect(await first.ended(), first.stderr).toBe(0);
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(sorted(idsUpTo(300)));
  });

  it("that take over a dead one at the same time, do not both get it", async () => {
    fixture.write(600);
    answerSlowly();
    const first = start();
    await waitFor("some answers", () => server.received.length > 100);
    first.signal("SIGKILL");
    await first.ended();
    const takers = [1, 2, 3].map(() => cli(["resume", fixture.folder, "--json"]));
    const codes = await Promise.all(takers.map((taker) => taker.ended()));
    expect(codes.toSorted(), takers.map(({ stderr }) => stderr).join("\n")).toEqual([0, 3, 3]);
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(sorted(idsUpTo(600)));
  });
});

describe("an end by signal", () => {
  it("SIGKILL loses no answer that was delivered, and asks none of those again", async () => {
    fixture.write(3000);
    answerSlowly(2);
    const delivered = new Map<number, number>();
    server.script = (received, response) => {
      response.on("finish", () => delivered.set(received.index, performance.now()));
      return undefined;
    };
    const process = start();
    await waitFor("half of the answers", () => delivered.size > 1500, { everyMs: 1 });
    process.signal("SIGKILL");
    const killedAt = performance.now();
    await process.ended();
    const long = [...delivered].filter(([, at]) => at < killedAt - 50).map(([index]) => index);
    server.received.length = 0;
    await expectResumable(3000);
    const again = new Set(server.indexes());
    expect(long.filter((index) => again.has(index))).toEqual([]);
  });

  it("SIGINT finishes what is in flight and exits with 5", async () => {
    fixture.write(2000);
    answerSlowly(20);
    const process = start();
    await waitFor("some answers", () => server.received.length > 50);
    process.signal("SIGINT");
    expect(await process.ended(), process.stderr).toBe(5);
    expect(JSON.parse(process.stdout)).toMatchObject({ status: "paused", completed: server.received.length });
    await expectResumable(2000);
  });

  it("a second SIGINT does not wait for what is in flight", async () => {
    fixture.write(50);
    server.script = ({ index }) => (index > 10 ? "handled" : undefined);
    const process = start();
    await waitFor("requests in flight", () => server.received.length === 14);
    process.signal("SIGINT");
    await waitFor("the first to be heard", () => process.stderr.includes("Finishing what is in flight"));
    process.signal("SIGINT");
    expect(await process.ended(), process.stderr).toBe(5);
    await expectResumable(50);
  });
});

describe("the simulator as a child", () => {
  it("serves the run, says that its answers are simulated, and ends with it", async () => {
    fixture.write(20);
    const process = cli(["run", fixture.input, "--simulate", "--out", fixture.folder, "--json"]);
    expect(await process.ended(), process.stderr).toBe(0);
    expect(JSON.parse(process.stdout)).toMatchObject({ status: "completed", completed: 20, simulated: true });
    expect(process.stderr).toContain("simulated");
    await waitFor("the simulator to be gone", async () => !(await isListening(simulatorUrl())));
  });

  it("dies of a poisonous request and is started again, until that one is found out", async () => {
    const poison = requestLine(31, { messages: [{ role: "user", content: "request 31, poisonous" }] });
    fixture.writeLines(Array.from({ length: 60 }, (_, index) => (index === 30 ? poison : requestLine(index + 1))));
    const timeline = path.join(fixture.root, "timeline.json");
    const crash = { when: { prompt: "poisonous" }, do: { kind: "crash", signal: "SIGKILL" }, times: 1000 };
    writeFileSync(timeline, JSON.stringify({ events: [crash] }));
    const options = ["--simulate-timeline", timeline, "--in-flight", "16", "--fail-under", "98"];
    const process = cli(["run", fixture.input, "--simulate", ...options, "--out", fixture.folder, "--json"]);
    expect(await process.ended(), process.stderr).toBe(0);
    expect(JSON.parse(process.stdout)).toMatchObject({ status: "completed", completed: 59, failed: 1 });
    expect(fixture.lines("errors.jsonl")).toMatchObject([{ custom_id: "id-31", error: { code: "run.killsEngine" } }]);
    expect(sorted(fixture.ids("output.jsonl"))).toEqual(idsUpTo(60).filter((id) => id !== "id-31"));
  });

  it("ends also when the runner is killed", async () => {
    fixture.write(20_000);
    const process = cli(["run", fixture.input, "--simulate", "--out", fixture.folder]);
    await waitFor("some answers", () => hasAnswers());
    process.signal("SIGKILL");
    await process.ended();
    await waitFor("the simulator to be gone", async () => !(await isListening(simulatorUrl())));
  });
});

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const idOf = (line: string) => String(property(JSON.parse(line), "custom_id"));

function hasAnswers(): boolean {
  const file = statSync(path.join(fixture.folder, "output.jsonl"), { throwIfNoEntry: false });
  return file !== undefined && file.size > 0;
}

function simulatorUrl(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(fixture.folder, "run.json"), "utf8"));
  return String(property(property(manifest, "engine"), "url"));
}

async function isListening(url: string): Promise<boolean> {
  return await fetch(`${url}/health`).then(
    () => true,
    () => false,
  );
}
