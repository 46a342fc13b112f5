import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isEngineId, parseRecord } from "../../../../server/src/engine/process/parseRecord.ts";
import { compareScopes } from "../../../../server/src/engine/process/scope.ts";
import { someRecord } from "../../../support/engine/engineRecord.ts";

describe("a record on disk", () => {
  test("is read as it was written, with a process and without", () => {
    for (const record of [someRecord(), someRecord({ process: null, members: [] })]) {
      expect(parseRecord(JSON.stringify(record))).toEqual(record);
    }
  });

  test("is none when any part of it is not what it must be", () => {
    const record: object = someRecord();
    for (const key of Object.keys(record)) {
      expect(parseRecord(JSON.stringify({ ...record, [key]: 7.5 })), key).toBeNull();
      expect(parseRecord(JSON.stringify({ ...record, [key]: undefined })), key).toBeNull();
    }
    expect(parseRecord(JSON.stringify({ ...record, version: 2 }))).toBeNull();
    expect(parseRecord(JSON.stringify(record).slice(0, -1))).toBeNull();
  });

  test("names no process that must never be signalled", () => {
    for (const pid of [1, 0, -1, 1.5, "2"]) {
      expect(parseRecord(JSON.stringify({ ...someRecord(), process: { pid, started: "1" } }))).toBeNull();
      expect(parseRecord(JSON.stringify({ ...someRecord(), members: [{ pid, started: "1" }] }))).toBeNull();
    }
  });

  test("of any text is null", () => {
    fc.assert(fc.property(fc.string(), (text) => parseRecord(text) === null));
    fc.assert(fc.property(fc.json(), (text) => parseRecord(text) === null));
  });

  test("has an id that is safe as the name of a file", () => {
    expect(["a", "7-b"].every(isEngineId)).toBe(true);
    expect(["", "-a", "A", "../a", "a/b", "a.b", "a\n", "a".repeat(65)].some(isEngineId)).toBe(false);
  });
});

describe("where the pids of a record mean something", () => {
  const here = { hostname: "h", boot: "b", pidNamespace: "n" };
  test.each([
    [{}, "here"],
    [{ boot: "other" }, "restarted"],
    [{ pidNamespace: "other" }, "elsewhere"],
    [{ hostname: "other" }, "elsewhere"],
    [{ hostname: "other", boot: "other" }, "elsewhere"],
  ] as const)("a record with %j is from %s", (change, where) => {
    expect(compareScopes({ ...here, ...change }, here)).toBe(where);
  });
});
