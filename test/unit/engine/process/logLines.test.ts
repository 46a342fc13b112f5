import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogLines } from "../../../../server/src/engine/process/logLines.ts";

function read(...pieces: (string | Buffer)[]) {
  const log = new LogLines();
  const heard: string[] = [];
  log.listen((line) => heard.push(line));
  for (const piece of pieces) log.push(Buffer.from(piece));
  log.flush();
  return { heard, kept: [...log.last(2_000)] };
}

describe("the lines of a log", () => {
  test("are whole, however they come", () => {
    const text = "first\nzweite Zeile: größer → 100 %\r\n\nlast, without an end";
    const expected = ["first", "zweite Zeile: größer → 100 %", "", "last, without an end"];
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const { heard, kept } = read(...pieces);
        expect(heard).toEqual(expected);
        expect(kept).toEqual(expected);
      }),
    );
  });

  test("have no colours", () => {
    expect(read("\u001b[1;36m(EngineCore_DP0 pid=300)\u001b[0;0m INFO\u0000 ok\n").heard).toEqual([
      "(EngineCore_DP0 pid=300) INFO ok",
    ]);
    expect(read("\u001b]0;title\u0007text\u001b[K\u001b(B\n").heard).toEqual(["text"]);
    expect(read("[0;36mtext[0m [1] [m]\u001b[m\u001b7\u001b]0;a title without end\n").heard).toEqual(["text [1] [m]"]);
  });

  test("tell each state of a progress bar, and keep its last", () => {
    const { heard, kept } = read("before\n\rA 0/2\rA 1/2\rA 2/2\nafter\r\nend\n");
    expect(heard).toEqual(["before", "A 0/2", "A 1/2", "A 2/2", "after", "end"]);
    expect(kept).toEqual(["before", "A 2/2", "after", "end"]);
  });

  test("are cut when they are too long, and the next is whole again", () => {
    const { heard } = read("x".repeat(100_000), "y".repeat(100_000), "\nnext\n");
    expect(heard.map((line) => line.length)).toEqual([16_384, 4]);
  });

  test("are kept, the last 2,000, and told to those who come later", () => {
    const log = new LogLines();
    for (let line = 1; line <= 9_000; line++) log.push(Buffer.from(`${line}\n`));
    expect(log.last(2)).toEqual(["8999", "9000"]);
    expect(log.last(0)).toEqual([]);
    const heard: string[] = [];
    const stop = log.listen((line) => heard.push(line));
    expect(heard).toHaveLength(2_000);
    expect(heard[0]).toBe("7001");
    stop();
    log.push(Buffer.from("9001\n"));
    expect(heard).toHaveLength(2_000);
  });

  test("are made of any bytes, without an error", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        const { heard } = read(...pieces.map((piece) => Buffer.from(piece)));
        expect(heard.some((line) => ["\r", "\n", "\u001b"].some((control) => line.includes(control)))).toBe(false);
      }),
    );
  });

  test("are made in linear time of what is made to be slow", () => {
    // What is not linear takes minutes, and the test its time-out.
    read("\u001b[".repeat(500_000), "\n", "\u001b[0;".repeat(300_000), "\n", "\r".repeat(1_000_000));
  });
});
