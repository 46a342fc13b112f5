import { describe, expect, it } from "vitest";
import { isUnfinished, mayRetry, parseRunRecord } from "../../../../client/src/runs/runRecord.ts";

const manifest = {
  version: 1,
  createdAt: "2026-11-21T10:00:00.000Z",
  input: { path: "/data/a.jsonl" },
  engine: { url: "http://127.0.0.1:8000", apiKeyEnv: "KEY", simulated: false },
  status: "paused",
  counts: { total: 10, completed: 4, failed: 1 },
};

describe("what is read of a run.json", () => {
  it("is what the lists of runs need", () => {
    expect(parseRunRecord("/data/a.runs/001-x", JSON.stringify(manifest))).toEqual({
      folder: "/data/a.runs/001-x",
      input: "/data/a.jsonl",
      status: "paused",
      createdAt: "2026-11-21T10:00:00.000Z",
      simulated: false,
      isManaged: false,
      engineUrl: "http://127.0.0.1:8000",
      apiKeyEnv: "KEY",
      total: 10,
      completed: 4,
      failed: 1,
      neverSent: 0,
    });
  });

  it("knows an engine that was started for the run", () => {
    const text = JSON.stringify({ ...manifest, engine: { ...manifest.engine, kind: "managed" } });
    expect(parseRunRecord("/a", text)).toMatchObject({ isManaged: true });
  });

  it.each(["", "{", "[]", '{"input":{"path":"/a"},"status":"dancing"}', '{"status":"completed"}'])(
    "is nothing for what is no manifest: %s",
    (text) => {
      expect(parseRunRecord("/a", text)).toBeNull();
    },
  );

  it("tells what can go on and what can be retried", () => {
    const record = (status: string, failed: number) => {
      const text = JSON.stringify({ ...manifest, status, counts: { ...manifest.counts, failed } });
      const parsed = parseRunRecord("/a", text);
      if (parsed === null) throw new Error("not parsed");
      return parsed;
    };
    expect(["paused", "failed", "cancelled", "in_progress"].map((status) => isUnfinished(record(status, 0)))).toEqual(
      Array(4).fill(true),
    );
    expect(isUnfinished(record("completed", 3))).toBe(false);
    expect([mayRetry(record("completed", 3)), mayRetry(record("completed", 0)), mayRetry(record("paused", 3))]).toEqual(
      [true, false, false],
    );
  });

  it("does not count lines that were never sent among what can be retried", () => {
    const record = (failed: number, invalid: number, selection: object) => {
      const input = { ...manifest.input, invalid };
      const counts = { ...manifest.counts, failed };
      const text = JSON.stringify({ ...manifest, status: "completed", input, counts, selection });
      return parseRunRecord("/a", text) ?? expect.fail("not parsed");
    };
    expect(mayRetry(record(2, 2, {}))).toBe(false);
    expect(mayRetry(record(3, 2, {}))).toBe(true);
    // A run of some requests leaves lines with errors out.
    expect(mayRetry(record(1, 2, { limit: 10 }))).toBe(true);
    expect(mayRetry(record(1, 2, { sample: 10, sampleSeed: 1 }))).toBe(true);
  });
});
