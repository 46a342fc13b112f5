import { beforeEach, describe, expect, it } from "vitest";
import { ResultLog, type SavedCounts } from "../../../../server/src/run/io/resultLog.io.ts";
import { BatchRequest } from "../../../../server/src/run/request.ts";
import { FakeOps } from "../../../support/run/fakeOps.ts";
import { TestClock } from "../../../support/run/testClock.ts";

const output = "/run/output.jsonl";

let ops: FakeOps;
let clock: TestClock;
let log: ResultLog;
let turnEnds: (() => void)[];
let saved: SavedCounts[];
let blocked: (string | null)[];
let broken: Error[];

beforeEach(() => {
  ops = new FakeOps();
  clock = new TestClock();
  [turnEnds, saved, blocked, broken] = [[], [], [], []];
  let id = 0;
  log = new ResultLog({
    folder: "/run",
    clock,
    ops,
    newLineId: () => `vllm-${String((id += 1)).padStart(16, "0")}`,
    atTurnEnd: (callback) => turnEnds.push(callback),
    listener: {
      saved: (counts) => saved.push(counts),
      blocked: (reason) => blocked.push(reason),
      broken: (error) => broken.push(error),
    },
  });
});

function answer(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const request = new BatchRequest(index + 1, `id-${index + 1}`, "/v1/chat/completions", Buffer.from("{}"));
    const usage = { promptTokens: 2, completionTokens: 1 };
    log.answered({ request, requestId: "vllm-batch-1", statusCode: 200, text: '{"a":1}', isJson: true, usage });
  }
}

function fail(): void {
  const request = new BatchRequest(7, "id-7", "/v1/chat/completions", Buffer.from("{}"));
  const error = { code: "run.http400", message: "no", line: 7, attempts: 1, causes: ["no"] };
  log.failed({ request, error, answer: { statusCode: 400, requestId: "vllm-batch-7" } });
}

function endTurn(): void {
  for (const callback of turnEnds.splice(0)) callback();
}

const savedTotal = () => saved.reduce((sum, { completed, failed }) => sum + completed + failed, 0);
const lineCount = (path: string) => ops.text(path).split("\n").length - 1;

describe("ResultLog", () => {
  it("writes all results of a turn of the event loop at its end, in one go", () => {
    answer(3);
    expect(ops.calls).toEqual([]);
    endTurn();
    expect(ops.calls).toEqual(["write output.jsonl"]);
    expect(lineCount(output)).toBe(3);
  });

  it("says of nothing that it is saved before it is synced", () => {
    answer(3);
    endTurn();
    clock.advance(249);
    expect(ops.calls).not.toContain("sync output.jsonl");
    clock.advance(1);
    expect(ops.calls).toEqual(["write output.jsonl", "sync output.jsonl"]);
    expect(saved).toEqual([]);
    ops.finishSync();
    expect(saved).toEqual([{ completed: 3, failed: 0, promptTokens: 6, completionTokens: 3 }]);
  });

  it("syncs after 64 results without waiting for the time", () => {
    answer(63);
    endTurn();
    expect(ops.pendingSyncs).toHaveLength(0);
    answer(1);
    endTurn();
    expect(ops.pendingSyncs).toHaveLength(1);
  });

  it("does not count what was written while a sync was under way", () => {
    answer(64);
    endTurn();
    answer(10);
    endTurn();
    ops.finishSync();
    expect(savedTotal()).toBe(64);
    clock.advance(250);
    ops.finishSync();
    expect(savedTotal()).toBe(74);
  });

  it("syncs the error file as well when something failed", () => {
    fail();
    endTurn();
    clock.advance(250);
    ops.finishSync();
    expect(saved).toEqual([]);
    ops.finishSync();
    expect(saved).toMatchObject([{ completed: 0, failed: 1 }]);
    expect(JSON.parse(ops.text("/run/errors.jsonl"))).toEqual({
      id: "vllm-0000000000000001",
      custom_id: "id-7",
      response: { status_code: 400, request_id: "vllm-batch-7", body: null },
      error: { code: "run.http400", message: "no", line: 7, attempts: 1, causes: ["no"] },
    });
  });

  it("is idle when everything is saved", async () => {
    answer(2);
    let idle = false;
    const waiting = log.idle().then(() => (idle = true));
    endTurn();
    await Promise.resolve();
    expect(idle).toBe(false);
    ops.finishSync();
    await waiting;
    expect(savedTotal()).toBe(2);
  });
});

describe("a disk that fills up", () => {
  it("leaves no half line, blocks, and goes on when there is room", async () => {
    ops.free = 250;
    answer(5);
    endTurn();
    expect(log.blocked).toBe(true);
    expect(blocked).toEqual(["The disk is full: /run cannot be written. Free some space."]);
    expect(ops.text(output)).toBe("");
    clock.advance(2000);
    ops.free = Number.POSITIVE_INFINITY;
    clock.advance(500);
    expect(log.blocked).toBe(false);
    expect(blocked.at(-1)).toBeNull();
    expect(lineCount(output)).toBe(5);
    const idle = log.idle();
    ops.finishSync();
    await idle;
    expect(savedTotal()).toBe(5);
  });

  it("stops the run when there is no room for half a minute", () => {
    ops.free = 0;
    answer(1);
    endTurn();
    clock.advance(29_000);
    expect(broken).toEqual([]);
    clock.advance(2_000);
    expect(broken.map((error) => error.message)).toEqual([
      "The disk is full: /run cannot be written. Free some space.",
    ]);
    expect(saved).toEqual([]);
  });

  it("gives up at once when the run is stopped", async () => {
    ops.free = 0;
    answer(1);
    endTurn();
    log.giveUp();
    await log.idle();
    expect(broken).toHaveLength(1);
    expect(savedTotal()).toBe(0);
  });

  it("is not mistaken for one that takes little at a time", () => {
    ops.longestWrite = 100;
    answer(4);
    endTurn();
    expect(lineCount(output)).toBe(4);
    for (const line of ops.text(output).trim().split("\n")) expect(() => void JSON.parse(line)).not.toThrow();
  });
});

describe("a disk that fails", () => {
  it("does not count what a failed sync was to save", () => {
    answer(64);
    endTurn();
    ops.finishSync(Object.assign(new Error("i/o error"), { code: "EIO" }));
    expect(saved).toEqual([]);
    expect(broken.map((error) => error.message)).toEqual([
      "The disk reports an error: /run cannot be written. Look at the system's log.",
    ]);
  });
});

describe("somebody else who changes the output file", () => {
  it.each([
    ["cut", () => ops.contents.set(output, Buffer.from("{"))],
    ["written to", () => ops.contents.set(output, Buffer.concat([Buffer.from(ops.text(output)), Buffer.from("x")]))],
  ])("is noticed before anything more is written: %s", (word, tamper) => {
    answer(2);
    endTurn();
    tamper();
    const before = ops.text(output);
    answer(1);
    endTurn();
    expect(ops.text(output)).toBe(before);
    expect(broken[0]?.name).toBe("TamperedError");
    expect(broken[0]?.message).toContain(`was ${word} `);
  });

  it.each([
    ["removed", () => void ops.removed.add(output)],
    ["replaced", () => ops.replace(output)],
  ])("is noticed at the next sync, and nothing is called saved: %s", (word, tamper) => {
    answer(64);
    endTurn();
    tamper();
    ops.finishSync();
    expect(saved).toEqual([]);
    expect(broken[0]?.message).toBe(`${output} was ${word} by another program.`);
  });
});
