import { describe, expect, it } from "vitest";
import { isAbout, parseFailure } from "../../../../client/src/runs/failureLine.ts";

const line = (error: object, custom_id: unknown = "r-1") =>
  JSON.stringify({ id: "x", custom_id, response: null, error });
const failed = { code: "run.http400", message: "Too long.", line: 7, attempts: 2, causes: [] };

describe("a line of errors.jsonl", () => {
  it("is a failure when the request was sent", () => {
    expect(parseFailure(line(failed))).toEqual({ customId: "r-1", code: "run.http400", message: "Too long.", line: 7 });
  });

  it.each([
    ["was never sent", line({ ...failed, attempts: 0 })],
    ["has no id", line(failed, null)],
    ["is torn", line(failed).slice(0, 40)],
    ["is something else", '"text"'],
  ])("is none when it %s", (_why, text) => {
    expect(parseFailure(text)).toBeNull();
  });
});

describe("the line of a request", () => {
  it("is known by its id, not by one that is in it", () => {
    expect(isAbout(line(failed), "r-1")).toBe(true);
    expect(isAbout(line({ ...failed, message: '"custom_id": "r-2"' }), "r-2")).toBe(false);
    expect(isAbout("not JSON custom_id r-1", "r-1")).toBe(false);
  });
});
