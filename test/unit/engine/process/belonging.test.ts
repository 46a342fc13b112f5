import { describe, expect, test } from "vitest";
import { belonging, type Known } from "../../../../server/src/engine/process/belonging.ts";
import type { ProcessRow } from "../../../../server/src/engine/process/processRow.ts";

const row = (pid: number, parent: number, group: number, session = group): ProcessRow => ({
  pid,
  started: `s${pid}`,
  parent,
  group,
  session,
});
const init = row(1, 0, 1);
const us = row(50, 40, 50, 40);
const server = row(100, 50, 100);
const core = row(101, 100, 100);
const worker = row(102, 101, 100);
/** Started by the core with a session of its own. */
const helper = row(103, 101, 103);
const stranger = row(200, 1, 200);
const everybody = [init, us, server, core, worker, helper, stranger];

const known = (known: Partial<Known>): Known => ({
  identities: [],
  marked: new Set(),
  group: null,
  self: 50,
  ...known,
});
const pids = (table: ProcessRow[], what: Partial<Known>) =>
  belonging(table, known(what))
    .map(({ pid }) => pid)
    .toSorted((a, b) => a - b);

describe("what belongs to an engine", () => {
  test("is its session, its group and all that they started", () => {
    expect(pids(everybody, { identities: [server] })).toEqual([100, 101, 102, 103]);
  });

  test("is found by any one of them when the first is gone", () => {
    const orphans = [init, us, { ...core, parent: 1 }, worker, helper, stranger];
    expect(pids(orphans, { identities: [server, worker] })).toEqual([101, 102, 103]);
  });

  test("is not who has got the pid of one of them", () => {
    const other = { ...row(100, 1, 100), started: "later" };
    expect(pids([init, us, other, row(104, 100, 100), stranger], { identities: [server] })).toEqual([]);
  });

  test("is not a group by its number alone", () => {
    expect(pids([init, us, row(104, 1, 100)], { identities: [server] })).toEqual([]);
    expect(pids([init, us, row(104, 1, 100)], { identities: [server], group: 100 })).toEqual([104]);
  });

  test("is who was away with a session of its own before, and what it started there", () => {
    const away = [init, us, { ...helper, parent: 1 }, row(105, 103, 103), stranger];
    expect(pids(away, { identities: [helper] })).toEqual([103, 105]);
  });

  test("is who says so by its environment, with all of its session", () => {
    expect(pids([init, us, server, core, stranger], { marked: new Set([101]) })).toEqual([100, 101]);
  });

  test("is never we ourselves, what we run in, or the first process", () => {
    const inOurSession = row(60, 50, 50, 40);
    expect(pids([init, us, row(40, 1, 40), inOurSession], { identities: [inOurSession] })).toEqual([60]);
    expect(pids([init, us, stranger], { identities: [init, us], marked: new Set([1, 50]) })).toEqual([]);
  });
});
