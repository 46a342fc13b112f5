import { describe, expect, it } from "vitest";
import type { RunEnd } from "../../../../client/src/runs/batchRun.ts";
import { followAsking } from "../../../../client/src/runs/followAsking.ts";
import type { RunStart } from "../../../../client/src/runs/runs.ts";

const start = { args: ["run", "/a.jsonl", "--profile", "p"] } as unknown as RunStart;
const done: RunEnd = {
  ...{ exitCode: 0, outcome: null, words: "", folder: null, simulated: false },
  ...{ consent: null, isStopping: false },
};
const log = { info: () => undefined };

function refusal(hash: string): RunEnd {
  return { ...done, exitCode: 2, consent: { path: "/p.json", hash, parts: [] } };
}

/** A program that ends in these ways, one after the other, and a person who gives these answers. */
function world(ends: RunEnd[], answers: boolean[]) {
  const calls: string[] = [];
  const asked: string[] = [];
  const follow = ({ args }: RunStart) => {
    calls.push(args.slice(4).join(" "));
    const end = ends.shift();
    return end === undefined ? Promise.reject(new Error("One more than expected.")) : Promise.resolve(end);
  };
  const ask = ({ hash }: { hash: string }) => {
    asked.push(hash);
    return Promise.resolve(answers.shift() === true);
  };
  return { calls, asked, ended: followAsking({ follow }, start, ask, log) };
}

describe("a run whose engine needs a person's consent", () => {
  it("asks for none where none is needed", async () => {
    const { calls, asked, ended } = world([done], []);
    expect([await ended, calls, asked]).toEqual([done, [""], []]);
  });

  it("begins anew with the consent for what was shown", async () => {
    const { calls, ended } = world([refusal("ab"), done], [true]);
    expect(await ended).toBe(done);
    expect(calls).toEqual(["", "--consent ab"]);
  });

  it("does not begin when the person says no", async () => {
    const { calls, ended } = world([refusal("ab")], [false]);
    expect([await ended, calls]).toEqual([undefined, [""]]);
  });

  it("asks again for what has changed since, and agrees to that alone", async () => {
    const { calls, asked, ended } = world([refusal("ab"), refusal("cd"), done], [true, true]);
    expect(await ended).toBe(done);
    expect([calls, asked]).toEqual([
      ["", "--consent ab", "--consent cd"],
      ["ab", "cd"],
    ]);
  });
});
