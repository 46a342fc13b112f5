import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { engineCauses, type EngineCause } from "../../../../server/src/protocol/engine.ts";
import { diagnose } from "../../../../server/src/engine/diagnose/diagnose.ts";
import { inventedLogs } from "../../../support/engine/inventedLogs.ts";

const causes: ReadonlySet<EngineCause> = new Set(engineCauses);
const logs = inventedLogs();
const exits = fc.record({
  code: fc.option(fc.integer({ min: 0, max: 255 })),
  signal: fc.option(fc.constantFrom("SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT")),
});
const ask = (text: string, exit: { code: number | null; signal: string | null }, stopRequested: boolean) =>
  diagnose({ text, exit, stopRequested, kernelLines: text.split("\n").slice(0, 3) });

describe("any text", () => {
  test("of random bytes gets an answer, and never a sure one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), exits, fc.boolean(), (bytes, exit, stop) => {
        const { cause, confidence } = ask(Buffer.from(bytes).toString("utf8"), exit, stop);
        expect(causes.has(cause)).toBe(true);
        expect(confidence).not.toBe("high");
      }),
    );
  });

  test("of shuffled and cut logs gets an answer that stands in the log", () => {
    const some = fc.constantFrom(...logs.map((log) => log.text));
    const pieces = fc.array(fc.tuple(some, fc.nat(), fc.nat({ max: 3_000 })), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pieces, exits, fc.boolean(), (parts, exit, stop) => {
        const text = parts
          .map(([log, from, length]) => log.slice(from % log.length, (from % log.length) + length))
          .join("\n");
        const { cause, evidence } = ask(text, exit, stop);
        expect(causes.has(cause)).toBe(true);
        const count = text.split("\n").length;
        for (const { line } of evidence) expect(line >= 1 && line <= count).toBe(true);
      }),
    );
  });
});

describe("long logs", () => {
  const line = '(APIServer pid=7) INFO:     127.0.0.1:40001 - "POST /v1/chat/completions HTTP/1.1" 200 OK\n';
  const last =
    "(EngineCore pid=9) ERROR 06-14 09:00:00 [core.py:1] ValueError: Cannot auto-fit max_model_len: not enough GPU memory\n";
  test("are read from their end, with the line numbers of the whole", () => {
    const text = line.repeat(110_000) + last;
    expect(ask(text, { code: 1, signal: null }, false).evidence[0]?.line).toBe(110_001);
  });

  test.each([
    ["one line without end", "x".repeat(10_000_000)],
    ["nothing but brackets", "[(".repeat(1_000_000)],
    ["nothing but tracebacks", "Traceback (most recent call last):\n".repeat(100_000)],
    [
      "nothing but errors, all different",
      Array.from({ length: 30_000 }, (_, at) => `RuntimeError: ${"a: ".repeat(30)}${String(at)}`).join("\n"),
    ],
    ["spaces", " ".repeat(2_000_000)],
    ["quotes and colons", `ValueError: ${"': '/".repeat(100_000)}`],
  ])("of %s end, too", (_name, text) => {
    // What is not linear takes minutes, and the test its time-out.
    expect(engineCauses).toContain(ask(text, { code: 1, signal: null }, false).cause);
  });
});
