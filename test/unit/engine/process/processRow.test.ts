import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePsRow, parseStat, parseStatOfAny } from "../../../../server/src/engine/process/processRow.ts";

const tail = "0 0 20 0 5 0 991772 5000 300";

describe("/proc/PID/stat", () => {
  test("is counted from the last parenthesis, since a name may hold anything", () => {
    expect(parseStat(7, `7 (a) R 1 (b) S 5 7 6 0 -1 4194560 1 2 3 4 5 6 ${tail}`)).toEqual({
      pid: 7,
      started: "991772",
      parent: 5,
      group: 7,
      session: 6,
    });
  });

  test("shows remains only to whoever wants them", () => {
    const zombie = `7 (vllm) Z 5 7 7 0 -1 4194560 1 2 3 4 5 6 ${tail}`;
    expect(parseStat(7, zombie)).toBeNull();
    expect(parseStatOfAny(7, zombie)?.started).toBe("991772");
  });

  test("of any text is null or a row", () => {
    fc.assert(fc.property(fc.string(), (text) => [null, 7].includes(parseStat(7, text)?.pid ?? null)));
  });
});

describe("a line of ps", () => {
  test("is read as macOS prints it", () => {
    expect(parsePsRow("  501   500   501 Ss   Sat Nov  8 23:47:01 2026    ")).toEqual({
      pid: 501,
      started: "Sat Nov 8 23:47:01 2026",
      parent: 500,
      group: 501,
      session: 501,
    });
  });

  test("is none for a zombie, and for any other text", () => {
    expect(parsePsRow("  501   500   501 Z+   Sat Nov  8 23:47:01 2026")).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => parsePsRow(`x${text}`) === null));
  });
});
