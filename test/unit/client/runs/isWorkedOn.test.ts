import { expect, it } from "vitest";
import { isWorkedOn } from "../../../../client/src/runs/isWorkedOn.ts";

/** A program that gives these answers, the last of them for ever. */
function cli(...answers: readonly string[]) {
  const calls: (readonly string[])[] = [];
  const run = ({ args }: { args: readonly string[] }) => {
    const stdout = answers[Math.min(calls.length, answers.length - 1)] ?? "";
    calls.push(args);
    return Promise.resolve({ exitCode: 0, signal: null, stdout });
  };
  return { run, calls };
}
const at = (program: ReturnType<typeof cli>) => isWorkedOn(program, "/data/a.runs/001-x", () => Promise.resolve());

it("a run that no process works on is known at once", async () => {
  const program = cli('{"running":false}');
  expect(await at(program)).toBe(false);
  expect(program.calls).toEqual([["status", "/data/a.runs/001-x", "--json"]]);
});

it("a run that ends with the window gets the time to", async () => {
  expect(await at(cli('{"running":true}', '{"running":true}', '{"running":false}'))).toBe(false);
});

it("a run that goes on belongs to another process", async () => {
  expect(await at(cli('{"running":true}'))).toBe(true);
});

it("an answer that cannot be read keeps nobody from going on", async () => {
  expect(await at(cli("There is no run."))).toBe(false);
});
